"""Time training against stock Brian2, hand-written C++ and Brian2's runtime, on one core.

    python benchmarks/compare.py                  # 784-500-10 and 784-1000-10 on MNIST
    python benchmarks/compare.py --tiny           # digits, a small network: does it work at all
    python benchmarks/compare.py --json FILE

The same network is trained on the same images by

    ours      spikingfa's engine, as training uses it (a second time in the other precision)
    stock     Brian2 C++ standalone, its own templates and flags
    limit     the same network written by hand: limit.cpp
    runtime   Brian2's runtime with Cython, on the first images alone: hidden neurons fire less
              then, so its ratio is a little too small

Times are of the simulation alone: see timing.py. What they compute is compared first, and the
exit status is 1 where a contestant comes to another result; it is 2 where MNIST is missing.
MNIST's four files are looked for in $SPIKINGFA_DATA and in its folder `mnist`.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench_data import Case, digits, make_case, mnist
from checks import FEW, Check, close, identical, same_curve, same_work
from contestants import Limit, Ours, Runtime, Stock
from report import contestant_report, machine, ratios, table
from timing import SHORT, interleaved, one_core, peak_memory

from spikingfa.base.errors import DataError

CONTESTANTS = ("ours", "stock", "limit", "runtime")


@dataclass(frozen=True)
class Plan:
    """What is to be compared, how often and on how many images."""

    hidden: list[int]
    images: int
    runtime_images: int
    block: int
    repeats: int
    only: list[str]
    runtime_target: str
    exact: bool


def plan(options: argparse.Namespace) -> Plan:
    """Fill in what was not asked for."""
    images = options.images or (300 if options.tiny else 2000)
    return Plan(
        hidden=[40] if options.tiny else options.hidden,
        images=images,
        runtime_images=min(images, FEW if options.tiny else 100),
        block=100 if options.tiny else 500,
        repeats=options.repeats or (2 if options.tiny else 7),
        only=options.only,
        # these two compile for minutes
        runtime_target="numpy" if options.tiny else "cython",
        exact=not options.tiny,
    )


def build(case: Case, plan: Plan, scratch: Path) -> dict:
    """The contestants that are wanted, ready to run."""
    found = {}
    if "ours" in plan.only:
        _, *others = case.precisions()
        found["ours"] = Ours(case, scratch / "ours")
        for precision in others:
            model = case.precisions()[precision]
            found[f"ours_{precision}"] = Ours(case.with_model(model), scratch / precision)
    if "stock" in plan.only:
        found["stock"] = Stock(case.double(), scratch / "stock", [SHORT, FEW, plan.images])
    if "limit" in plan.only:
        found["limit"] = Limit(case, scratch / "limit")
    if "runtime" in plan.only:
        found["runtime"] = Runtime(case.double(), plan.runtime_target)
    return found


def first_images(contestants: dict, plan: Plan) -> list[Check]:
    """Compare the weights after a few images with those of the engine in double precision."""
    engine = contestants.get("ours_double", contestants.get("ours"))
    if engine is None:
        return []
    few, found = engine.run(FEW), []
    for name, contestant in contestants.items():
        if contestant is engine:
            continue
        double = name in ("stock", "runtime", "ours_double")
        precision = "double" if double else "single"
        found.append(close(f"{name}, {FEW} images", contestant.run(FEW), few, precision))
        if name == "stock" and plan.exact:
            exact = contestant.exact().run(FEW)
            found.append(identical(f"{name}, {FEW} images, without -ffast-math", exact, few))
    return found


def whole_runs(outcomes: dict, case: Case, plan: Plan) -> list[Check]:
    """Compare work done and what was learnt with the engine's."""
    reference = outcomes.get("ours_double", outcomes.get("ours"))
    compared = [name for name in outcomes if name != "runtime"]
    if reference is None:
        return []
    return [
        check
        for name in compared
        for check in (
            same_work(name, outcomes[name], reference),
            same_curve(name, outcomes[name], reference, case.y, plan.block),
        )
    ]


def compare(case: Case, plan: Plan, scratch: Path) -> tuple[dict, list[Check]]:
    """Build, check, and time all contestants on one network."""
    print(f"\n{case.name}: building", flush=True)
    contestants = build(case, plan, scratch)
    checks = first_images(contestants, plan)
    images = dict.fromkeys(contestants, plan.images) | {"runtime": plan.runtime_images}
    pids = [each.pid for each in contestants.values() if isinstance(each, Runtime)]
    with one_core(*pids):
        memory = {name: peak_memory(each, images[name]) for name, each in contestants.items()}
        times, outcomes = interleaved(contestants, images, plan.repeats)
    for each in contestants.values():
        if isinstance(each, Runtime):
            each.close()
    figures = {
        name: contestant_report(case, times[name], outcomes[name], memory[name]) for name in times
    }
    return {"contestants": figures} | ratios(times), checks + whole_runs(outcomes, case, plan)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, metavar="N", help="images trained on (2000)")
    parser.add_argument("--repeats", type=int, metavar="N", help="times that each one runs (7)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--tiny", action="store_true", help="digits, small, two repeats")
    parser.add_argument("--hidden", type=int, nargs="+", default=[500, 1000], metavar="N")
    parser.add_argument(
        "--only", nargs="+", choices=CONTESTANTS, default=list(CONTESTANTS), metavar="NAME"
    )
    options = parser.parse_args(arguments)
    if options.images is not None and options.images <= FEW:
        parser.error(f"--images must be more than {FEW}")
    return options


def main() -> int:
    """Compare what is asked for; return the exit status."""
    options = parse()
    try:
        x, y = digits() if options.tiny else mnist()
    except DataError as error:
        print(f"compare.py: {error}", file=sys.stderr)
        return 2
    wanted, found, failed = plan(options), {"machine": machine(), "networks": {}}, False
    print("\n".join(f"{name:<14}{value}" for name, value in found["machine"].items()))
    for n_hidden in wanted.hidden:
        case = make_case(x, y, n_hidden, wanted.images)
        with tempfile.TemporaryDirectory() as scratch:
            network, checks = compare(case, wanted, Path(scratch))
        print(table(case.name, network), *checks, sep="\n", flush=True)
        found["networks"][case.name] = network | {"checks": [str(check) for check in checks]}
        failed = failed or not all(check.passed for check in checks)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
