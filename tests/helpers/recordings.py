"""Recordings of a session with three conditions, saved by the libraries of their formats.

And a table as the model `cortex` reads it.
"""

from datetime import UTC, datetime

import numpy as np
import pytest

import spikingfa

N_TRIALS, N_UNITS, LASTS = 30, 6, 0.1


def recording(seed: int = 0) -> tuple[list[np.ndarray], np.ndarray, list[str]]:
    """Spike times of units in one long session, starts of trials, and their conditions."""
    rng = np.random.default_rng(seed)
    starts = 1.0 + 0.25 * np.arange(N_TRIALS)
    conditions = ["left", "right", "none"]
    names = [conditions[k % 3] for k in range(N_TRIALS)]
    times = [[] for _ in range(N_UNITS)]
    for k, start in enumerate(starts):
        for unit in range(N_UNITS):
            n = 6 if unit // 2 == k % 3 else 1
            times[unit] += list(start + LASTS * rng.random(n))
            times[unit].append(start + LASTS + 0.05)  # between trials: part of none
    return [np.sort(np.array(one)) for one in times], starts, names


def expected(times, starts) -> list[list[tuple[float, int]]]:
    """Of each trial its spikes, as pairs of time and unit."""
    return [
        sorted(
            (t - start, unit)
            for unit, all_of_it in enumerate(times)
            for t in all_of_it
            if start <= t < start + LASTS
        )
        for start in starts
    ]


def save_nwb(path, times, starts, names, **columns) -> str:
    """As pynwb's own documentation does it."""
    pynwb = pytest.importorskip("pynwb")
    file = pynwb.NWBFile("a session", "id", datetime(2026, 1, 1, tzinfo=UTC))
    for name in ("condition", *columns):
        file.add_trial_column(name, f"the {name}")
    for k, (start, name) in enumerate(zip(starts, names)):
        more = {column: values[k] for column, values in columns.items()}
        file.add_trial(start_time=start, stop_time=start + LASTS, condition=name, **more)
    for one in times:
        file.add_unit(spike_times=one)
    with pynwb.NWBHDF5IO(str(path), "w") as io:
        io.write(file)
    return str(path)


def save_csv(path, times, starts, names, **columns) -> str:
    header = ",".join(("trial,time,unit,label", *columns))
    rows = [
        ",".join((f"trial {k},{float(t)!r},{unit},{names[k]}", *(v[k] for v in columns.values())))
        for k, spikes in enumerate(expected(times, starts))
        for t, unit in spikes
    ]
    path.write_text("\n".join([header, *rows]) + "\n")
    return str(path)


def save_nix(path, times, starts, names, **annotations) -> str:
    """A segment for each trial, as Neo's own documentation does it."""
    neo, pq = pytest.importorskip("neo"), pytest.importorskip("quantities")
    pytest.importorskip("nixio")
    block = neo.Block()
    for k, (start, name) in enumerate(zip(starts, names)):
        about = {column: values[k] for column, values in annotations.items()}
        segment = neo.Segment(condition=name, **about)
        for one in times:
            t = one[(start <= one) & (one < start + LASTS)]
            segment.spiketrains.append(
                neo.SpikeTrain(1e3 * t * pq.ms, t_start=start * pq.s, t_stop=(start + LASTS) * pq.s)
            )
        block.segments.append(segment)
    return written(block, path)


def save_nix_epoch(path, times, starts, names, **annotations) -> str:
    """One segment for all, with an epoch of the trials."""
    neo, pq = pytest.importorskip("neo"), pytest.importorskip("quantities")
    pytest.importorskip("nixio")
    block, segment = neo.Block(), neo.Segment()
    block.segments.append(segment)
    for one in times:
        segment.spiketrains.append(neo.SpikeTrain(one * pq.s, t_stop=100 * pq.s))
    durations = np.full(len(starts), 1e3 * LASTS) * pq.ms
    about = {name: np.array(values) for name, values in annotations.items()}
    segment.epochs.append(
        neo.Epoch(starts * pq.s, durations, np.array(names), array_annotations=about)
    )
    return written(block, path)


def written(block, path) -> str:
    from neo.io import NixIO

    with NixIO(str(path), mode="ow") as file:
        file.write_block(block)
    return str(path)


def save_binned(path, times, starts, names, **columns) -> str:
    """A row for each trial, a column for each millisecond; of two spikes in one, the last."""
    rows = []
    for k, spikes in enumerate(expected(times, starts)):
        cells = np.zeros(round(1e3 * LASTS), int)
        for t, unit in spikes:
            cells[int(1e3 * t)] = unit + 1
        more = [values[k] for values in columns.values()]
        rows.append(",".join(map(str, (names[k], *more, *cells))))
    header = ",".join(map(str, ("condition", *columns, *range(round(1e3 * LASTS)))))
    path.write_text("\n".join([header, *rows]) + "\n")
    return str(path)


def save_like_cortex(path, n_units: int = 8) -> str:
    """Spikes in two sounds, with their roles: which half of the units fires tells the sound."""
    rng = np.random.default_rng(2)
    rows = []
    for k, role in enumerate(["train"] * 32 + ["val"] * 4 + ["test"] * 4):
        cells = np.zeros(100, int)
        at = rng.permutation(95)[:40]
        cells[at] = 1 + rng.integers(n_units // 2, size=40) + (k % 2) * n_units // 2
        rows.append(",".join(map(str, (k % 2, role, *cells))))
    header = ",".join(("sound_ID", "role", *map(str, range(100))))
    path.write_text("\n".join([header, *rows]) + "\n")
    return str(path)


def shipped_model(name: str, folder) -> spikingfa.Model:
    """A shipped model; of one for a file of the user's own, with a small one."""
    model = spikingfa.load_model(name)
    if model.task.name == "spikes":
        model = model.but({"task.file": save_like_cortex(folder / "cortex.csv")})
    return model
