"""Faults on purpose: what is lost when runs, sweeps and exports are killed, or the disk is full.

    python -m benchmarks.reliability kill-run --times 100 --seed 1

Each fault leaves `benchmarks/results/reliability/FAULT.json`, if nothing was lost but what its text
says; else it says which try failed, and with which seed, and ends with exit status 1.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))  # where the other benchmarks find each other
