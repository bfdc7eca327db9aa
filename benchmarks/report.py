"""What was measured, as a table and as JSON."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

from bench_data import Case
from timing import ratio, spread

from spikingfa.engine import Outcome
from spikingfa.engine.compiled.compiler import compiler

RATIOS = {
    "stock_over_ours": ("stock", "ours"),
    "ours_over_limit": ("ours", "limit"),
    "runtime_over_ours": ("runtime", "ours"),
}
_ROW = "{:<14}{:>8}{:>10}{:>10}{:>10}{:>10}{:>10}"


def events_per_image(case: Case, outcome: Outcome) -> float:
    """Presynaptic spikes times the forward synapses that each of them reaches."""
    spikes = outcome.n_spikes
    events = spikes["input"] * case.n_hidden + spikes["hidden"] * case.size.n_classes
    return events / len(outcome.readout["count"])


def contestant_report(case, times: list[float], outcome: Outcome, memory: float | None) -> dict:
    """The figures of one contestant."""
    n, events = len(outcome.readout["count"]), events_per_image(case, outcome)
    milliseconds = spread(times)
    return {
        "images": n,
        "ms_per_image": milliseconds,
        "ns_per_event": 1e6 * milliseconds["median"] / events,
        "events_per_image": events,
        "spikes_per_image": {name: count / n for name, count in outcome.n_spikes.items()},
        "peak_memory_mib": memory,
        "raw_ms_per_image": times,
    }


def ratios(times: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """The ratios whose two sides ran."""
    return {
        name: ratio(times[slow], times[fast])
        for name, (slow, fast) in RATIOS.items()
        if slow in times and fast in times
    }


def table(name: str, network: dict) -> str:
    """The figures of one network."""
    lines = [
        f"\n{name}, one core, learning on",
        _ROW.format("", "images", "ms/image", "min", "max", "ns/event", "peak MiB"),
    ]
    for contestant, figures in network["contestants"].items():
        milliseconds, memory = figures["ms_per_image"], figures["peak_memory_mib"]
        cells = [f"{milliseconds[key]:.4f}" for key in ("median", "min", "max")]
        cells += [f"{figures['ns_per_event']:.3f}", "" if memory is None else f"{memory:.0f}"]
        lines.append(_ROW.format(contestant, figures["images"], *cells))
    for each in RATIOS:
        if each in network:
            cells = [f"{network[each][key]:.2f}" for key in ("median", "min", "max")]
            lines.append(f"{each:<22}" + "".join(f"{cell:>10}" for cell in cells))
    return "\n".join(lines)


def machine() -> dict[str, str | int]:
    """What it was measured on."""
    packages = ("spikingfa", "brian2", "numpy", "cython")
    command = [*compiler(), "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "compiler": said.splitlines()[0],
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
        "load_average": round(os.getloadavg()[0], 2),
    }


def _cpu() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    found = dict(line.split(":", 1) for line in lines if ":" in line)
    found = {key.strip(): value.strip() for key, value in found.items()}
    if "model name" not in found:
        return platform.processor()
    wide = " with AVX-512" if "avx512f" in found.get("flags", "") else ""
    numbers = "/".join(found.get(key, "?") for key in ("cpu family", "model", "stepping"))
    return f"{found['model name']} ({numbers}){wide}"
