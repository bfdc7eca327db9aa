"""A run as a Neo block, in a segment for each trial or in one for all."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from spikingfa.base.extras import needed
from spikingfa.export.trains import (
    REFERENCE,
    Train,
    columns_of,
    description,
    end,
    traces_of,
    trains,
    trial_times,
)
from spikingfa.run_folder.recording import Trace
from spikingfa.run_folder.run import Run

TOLERANCE = 5e-10  # s: a spike of the first step lies at the onset, give or take rounding


@dataclass(frozen=True)
class Span:
    """The time of a segment, in seconds, and what is said of it.

    Attributes
    ----------
    begin, end : float
    name : str
    about : dict
        Annotations.
    """

    begin: float
    end: float
    name: str
    about: dict[str, Any]


def neo_block(run: Run, by_trial: bool) -> Any:
    """A block with a group of spike trains for each population.

    Parameters
    ----------
    run : Run
    by_trial : bool
        Whether each trial is a segment, which begins at 0 s and is annotated with ``trial``,
        ``onset`` (s), ``label`` and ``prediction``; else all are one segment with an epoch
        ``trials``, the classes as its labels and the answers in its array annotation
        ``prediction``.
    """
    neo = needed("neo", "analysis", "to_neo")
    block = neo.Block(
        name=run.folder.name,
        description=description(run),
        reference=REFERENCE,
        model=run.model.task.name,
    )
    block.groups.extend([neo.Group(name=name) for name in run.spikes.populations])
    spans = list(_trials(run)) if by_trial else [_all(run)]
    block.segments.extend([neo.Segment(name=span.name, **span.about) for span in spans])
    if not by_trial:
        block.segments[0].epochs.append(_epoch(neo, run))
    _fill_with_trains(neo, block, run, spans)
    for trace in traces_of(run):
        for segment, span in zip(block.segments, spans):
            segment.analogsignals.append(_signal(neo, trace, span))
    return block


def _trials(run: Run) -> Iterator[Span]:
    spikes = run.spikes
    answers = zip(*trial_times(spikes), spikes.labels, spikes.predictions)
    for k, (begin, finish, label, prediction) in enumerate(answers):
        about = {"trial": k, "onset": float(begin), "label": label, "prediction": prediction}
        yield Span(float(begin), float(finish), f"trial {k}", about)


def _all(run: Run) -> Span:
    return Span(0.0, end(run.spikes), "test trials", {})


def _epoch(neo: Any, run: Run) -> Any:
    from quantities import s

    spikes = run.spikes
    return neo.Epoch(
        times=trial_times(spikes)[0] * s,
        durations=np.full(len(spikes.onsets), spikes.duration) * s,
        labels=np.array(spikes.labels),
        name="trials",
        array_annotations={"prediction": np.array(spikes.predictions)},
    )


def _fill_with_trains(neo: Any, block: Any, run: Run, spans: list[Span]) -> None:
    """All at once, as each that is added is looked for among those before."""
    by_neuron = [_pieces(neo, run, train, spans) for train in trains(run.spikes)]
    for segment, pieces in zip(block.segments, zip(*by_neuron)):
        segment.spiketrains.extend(list(pieces))
    for group in block.groups:
        of_group = [p for p in by_neuron if p[0].annotations["population"] == group.name]
        group.spiketrains.extend([piece for pieces in of_group for piece in pieces])


def _pieces(neo: Any, run: Run, train: Train, spans: list[Span]) -> list[Any]:
    """A spike train for each span."""
    from quantities import Hz, s

    about = {
        "sampling_rate": Hz / float(run.model.training.dt),
        "name": train.name,
        "population": train.population,
        "neuron": train.neuron,
    }
    return [
        neo.SpikeTrain(t, units=s, t_stop=(span.end - span.begin) * s, **about)
        for t, span in zip(_cut(train, spans), spans)
    ]


def _cut(train: Train, spans: list[Span]) -> Iterator[np.ndarray]:
    """Times since the beginning of each span."""
    if len(spans) == 1:
        yield train.t
        return
    begins, finishes = (
        np.array([getattr(span, one) for span in spans]) for one in ("begin", "end")
    )
    first = np.searchsorted(train.t, begins - TOLERANCE)
    last = np.searchsorted(train.t, finishes - TOLERANCE)
    for a, b, span in zip(first, last, spans):
        yield np.maximum(train.t[a:b] - span.begin, 0.0)


def _signal(neo: Any, trace: Trace, span: Span) -> Any:
    from quantities import Hz

    first, last = (round(time / trace.dt) for time in (span.begin, span.end))
    return neo.AnalogSignal(
        trace.values[first:last],
        units=trace.unit or "dimensionless",
        sampling_rate=Hz / trace.dt,
        name=trace.name,
        array_annotations={"column": np.array(columns_of(trace))},
    )
