"""Small faults, planted one at a time: do the quick tests see them?

    python benchmarks/planted_faults.py --n 20 --seed 1 > benchmarks/results/planted_faults.txt

In a clone of this repository, one place of a room is changed by a generator with a seed: an
operator, a constant, an index, or a line that is dropped. The quick tests then run until the first
failure, those of its room before all others. What they let through is given to the long tests,
which are carried out by `.ci/run` only; "not seen" is a gap of both, or a change that changes
nothing.
"""

import argparse
import ast
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("rules", "network", "engine", "tasks", "run_folder")
LIMIT = 3600  # seconds for the tests of a fault
QUICK, LONG = "not slow and not long", "long and not slow"

OTHER = {
    **{ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "*", ast.Mod: "*"},
    **{ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "=="},
    **{ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is"},
}

Fault = tuple[str, int, int, str]  # kind, first and last character that go, what comes instead


def faults(text: str) -> Iterator[Fault]:
    """Every fault that can be planted in a module, by its place in the text."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def place(node: ast.AST) -> tuple[int, int]:
        return (
            starts[node.lineno - 1] + node.col_offset,
            starts[node.end_lineno - 1] + node.end_col_offset,
        )

    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.BinOp) and type(node.op) in OTHER:
            yield "operator", place(node.left)[1], place(node.right)[0], f" {OTHER[type(node.op)]} "
        elif isinstance(node, ast.Compare) and type(node.ops[0]) in OTHER:
            ends = place(node.left)[1], place(node.comparators[0])[0]
            yield "operator", *ends, f" {OTHER[type(node.ops[0])]} "
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            if type(node.slice.value) is int:
                yield "index", *place(node.slice), str(node.slice.value + 1)
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield "constant", *place(node), repr(node.value * 2 or 1)
        elif isinstance(node, ast.Assign | ast.AugAssign) or _is_call(node):
            yield "dropped line", *place(node), "pass"


def _is_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)


def planted(n: int, seed: int) -> list[tuple[Path, Fault]]:
    """So many faults, as many of each room."""
    rng, chosen = random.Random(seed), []
    for k in range(n):
        modules = sorted((ROOT / "spikingfa" / ROOMS[k % len(ROOMS)]).rglob("*.py"))
        kind = rng.choice(["operator", "constant", "index", "dropped line"])
        places = [
            (path.relative_to(ROOT), fault)
            for path in modules
            for fault in faults(path.read_text("utf-8"))
            if fault[0] == kind and "\n" not in path.read_text("utf-8")[fault[1] : fault[2]]
        ]
        chosen.append(rng.choice(places))
    return chosen


def first_failure(clone: Path, room: str, marks: str) -> str:
    """The first test with these marks that fails, its room's before others; empty if none does."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", marks]
    command += ["--dist=load", f"tests/{room}", "tests"]  # in this order
    try:
        done = subprocess.run(
            command,
            cwd=clone,
            env=os.environ | {"PYTHONPATH": str(clone)},
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no end in {LIMIT} s"
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0].split(" - ")[0] if failed else "" if done.returncode == 0 else "no start"


def main() -> None:
    """Plant one after the other and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--n", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    about = "only these of them, from 1 up"
    parser.add_argument("--numbers", type=int, nargs="+", metavar="K", help=about)
    options = parser.parse_args()
    seen = Counter()
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "spikingfa"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        chosen = options.numbers or range(1, options.n + 1)
        every = planted(options.n, options.seed)
        for path, (kind, start, end, text) in (every[k - 1] for k in chosen):
            whole = (ROOT / path).read_text("utf-8")
            (clone / path).write_text(whole[:start] + text + whole[end:], "utf-8")
            began = time.monotonic()
            room = path.parts[1]
            tried = ((first_failure(clone, room, marks), marks) for marks in (QUICK, LONG))
            failure, marks = next(filter(itemgetter(0), tried), ("not seen", ""))
            seen[marks] += 1
            (clone / path).write_text(whole, "utf-8")
            line = whole[:start].count("\n") + 1
            print(
                f"{path}:{line}  {kind}: {whole[start:end].strip()!r} -> {text.strip()!r}"
                f"  {failure}{' (long)' * (marks == LONG)}  {time.monotonic() - began:.0f} s",
                flush=True,
            )
    print(f"of {len(chosen)}, {seen[QUICK]} are seen by quick tests, {seen[LONG]} by long ones")


if __name__ == "__main__":
    main()
