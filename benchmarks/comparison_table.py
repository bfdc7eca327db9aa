"""Print tables that ``spikingfa compare`` wrote as they stand in models/README.md.

python benchmarks/comparison_table.py models/results/compare_digits.csv
python benchmarks/comparison_table.py models/results/compare_layers_{1,2,3,5}.csv
"""

import argparse
import csv
from pathlib import Path

from spikingfa.run_folder.held_out import TEST, VALIDATION


def markdown(path: Path) -> str:
    """A line for each variant; those whose feedback rule is not local are marked so."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    varied = next(iter(rows[0]))
    part = VALIDATION if "validation_error_mean" in rows[0] else TEST
    lines = [
        f"| `{varied}` | {part} error (%) | train error (%) | angle of each layer (deg) "
        "| ms per stimulus |",
        "|---|---|---|---|---|",
    ]
    return "\n".join(lines + [_line(row[varied], row, part) for row in rows])


def _line(value: str, row: dict[str, str], part: str) -> str:
    columns = (f"{part}_error_mean", f"{part}_error_sd", "train_error_mean")
    mean, sd, train = (100 * float(row[column]) for column in columns)
    mark = "" if row["local"] == "yes" else " (control: not local)"
    angles = " ".join(f"{float(angle):.0f}" for angle in row["angles_deg"].split())
    cells = [f"`{value}`{mark}", f"{mean:.2f} ± {sd:.2f}", f"{train:.2f}", angles]
    return f"| {' | '.join(cells)} | {float(row['ms_per_trial']):.2f} |"


def main() -> None:
    """Print the tables of the files that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="CSV")
    print(*(markdown(path) for path in parser.parse_args().files), sep="\n\n")


if __name__ == "__main__":
    main()
