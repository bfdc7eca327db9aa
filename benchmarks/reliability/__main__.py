"""The command ``python -m benchmarks.reliability``."""

import argparse
import math
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tqdm import tqdm

from benchmarks.reliability.faults import FAULTS
from benchmarks.reliability.place import Place
from benchmarks.reliability.results import keep, put_table
from benchmarks.reliability.victim import start_server

_HELP = f"{', '.join(FAULTS)}; all of them; or table: write what is stored into the document"


def tried(name: str, times: int, seed: int, minutes: float) -> list[str] | None:
    """What each try lost, until the time is up; None if one went wrong, which is told."""
    end = time.monotonic() + 60 * minutes
    fault, lost = FAULTS[name], []
    with tempfile.TemporaryDirectory(prefix="reliability-") as folder:
        place = Place(Path(folder), **fault.size)
        start_server(**fault.settings(place))
        try:
            for one in tqdm(fault.tries(place, times, random.Random(seed)), name, times or None):
                lost.append(one)
                if time.monotonic() > end:
                    break
        except Exception as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            print(f"{name} --seed {seed}: try {len(lost) + 1} failed: {reason}", file=sys.stderr)
            return None
    return lost


def main() -> int:
    """Try a fault and store what it lost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability")
    parser.add_argument("fault", choices=[*FAULTS, "all", "table"], metavar="FAULT", help=_HELP)
    parser.add_argument("--times", type=int, metavar="N", help="how often it is tried")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the moments (1)")
    parser.add_argument(
        "--minutes", type=float, default=math.inf, metavar="M", help="no try begins after so many"
    )
    parser.add_argument("--not-kept", action="store_true", help="store no result")
    options = parser.parse_args()
    if options.fault == "table":
        put_table()
        return 0
    if options.fault == "all":  # each with a server of its own
        command = [sys.executable, "-m", "benchmarks.reliability", "--seed", str(options.seed)]
        return max(subprocess.run([*command, name], check=False).returncode for name in FAULTS)
    times = FAULTS[options.fault].times if options.times is None else options.times
    start = time.perf_counter()
    lost = tried(options.fault, times, options.seed, options.minutes)
    if lost is None:
        return 1
    seconds = time.perf_counter() - start
    if not options.not_kept:
        command = f"python -m benchmarks.reliability {options.fault} --seed {options.seed}"
        if options.times is not None or options.minutes < math.inf:
            command += f" --times {len(lost) if options.times is None else options.times}"
        print(keep(options.fault, FAULTS[options.fault], lost, seconds, command))
    return 0


if __name__ == "__main__":
    sys.exit(main())
