"""Readers of files, fed with damaged and hostile ones by hypothesis.

    python -m benchmarks.fuzz model --inputs 100000 --seed 1

Each of `model`, `idx` and `run-folder` leaves `benchmarks/results/reliability/fuzz-READER.json`, if
every input was either read or refused by an error of the package, on one line, within seconds and
within the memory that there is. Else the input is saved, and the exit status is 1.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))  # where the other benchmarks find each other
