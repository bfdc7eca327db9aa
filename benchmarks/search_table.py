"""Print searches that `search.py` stored as they stand in models/README.md.

python benchmarks/search_table.py models/results/digits_fa_search.jsonl
python benchmarks/search_table.py models/results/digits_neurons_search.jsonl
"""

import argparse
import json
from pathlib import Path

import numpy as np


def markdown(path: Path) -> str:
    """A line for each model and variant: validation error over seeds, angle and hidden rate."""
    runs = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    variants = {}
    for run in runs:
        variants.setdefault((run["model"], " ".join(run["try"])), []).append(run)
    several = len({model for model, _ in variants}) > 1
    head = ["model"] * several + [
        "tried",
        "validation error (%)",
        "angle (deg)",
        "hidden rate (Hz)",
    ]
    lines = [_line([*head, "n"]), _line(["---"] * (len(head) + 1))]
    for (model, tried), found in variants.items():
        name = [f"`{model}`"] * several + [f"`{tried}`" if tried else "nothing: the default"]
        lines.append(_line([*name, *_numbers(found), str(len(found))]))
    return "\n".join(lines)


def _numbers(runs: list[dict]) -> list[str]:
    errors, angles, rates = (
        np.array([run[key] for run in runs])
        for key in ("validation_error", "angle_hidden_deg", "rate_hidden_hz")
    )
    spread = f"{errors.mean():.2f} ± {errors.std(ddof=1):.2f}"
    return [spread, f"{angles.mean():.0f}", f"{rates.mean():.0f}"]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the tables of the files that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="JSONL")
    print(*(markdown(path) for path in parser.parse_args().files), sep="\n\n")


if __name__ == "__main__":
    main()
