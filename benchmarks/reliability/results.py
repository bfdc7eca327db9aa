"""What was found, as JSON, and as the table of docs/reliability.md."""

import json
from collections import Counter
from pathlib import Path

from report import machine

from benchmarks.reliability.faults import FAULTS

RESULTS = Path(__file__).parents[1] / "results" / "reliability"
DOCUMENT = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN = "<!-- faults, by python -m benchmarks.reliability table -->"
END = "<!-- end of faults -->"
HEAD = "| fault | during | times tried | what was lost | the command that repeats it |"


def keep(name: str, fault, lost: list[str], seconds: float, command: str) -> Path:
    """Store the tries of a fault; `lost` is what each lost."""
    RESULTS.mkdir(exist_ok=True, parents=True)
    found = {
        "fault": fault.what,
        "in": fault.during,
        "times": len(lost),
        "lost": summary(lost),
        "command": command,
        "seconds": round(seconds, 1),
        "versions": machine(),
    }
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return path


def summary(lost: list[str]) -> str:
    """What was lost, and in how many tries."""
    counts = Counter(filter(None, lost))
    often = ((what, f"{n} times" if n > 1 else "once") for what, n in counts.most_common())
    return "; ".join(f"{what} ({n})" for what, n in often) or "nothing"


def table(folder: Path = RESULTS) -> str:
    """A row for each result that is stored: faults in their order, then what strangers bring."""
    order = {name: k for k, name in enumerate(FAULTS)}
    paths = sorted(folder.glob("*.json"), key=lambda path: (order.get(path.stem, len(order)), path))
    stored = [json.loads(path.read_text("utf-8")) for path in paths]
    rows = [
        f"| {one['fault']} | {one['in']} | {one['times']} | {one['lost']} | `{one['command']}` |"
        for one in stored
    ]
    return "\n".join([HEAD, "|---|---|---|---|---|", *rows])


def put_table(document: Path = DOCUMENT) -> None:
    """Let the table of the document be that of the results."""
    before, begin, rest = document.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    document.write_text(f"{before}{begin}\n{table()}\n{end}{after}", "utf-8")
