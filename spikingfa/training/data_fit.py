"""A model and the data that it is to learn: whether they fit, and the network that they make."""

import numpy as np

from spikingfa.base.errors import DataError, warn
from spikingfa.model.model import Model
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.tasks import Data
from spikingfa.tasks.events import Events

MILLISECONDS = 100  # times longer than a trial: events whose times are in another unit


def topology_of(model: Model, data: Data) -> Topology:
    """The topology of a model that is trained on these data.

    Raises
    ------
    DataError
        The model's input, its teacher or its receptive fields do not suit the data, or no event
        comes within a trial.
    """
    check_coding(model, data)
    _check_receptive_fields(model, data.image)
    if isinstance(data.x_train, Events):
        trial = model.training.trial
        counts = data.x_train.counts(float(trial)).astype(float)
        squares = (counts / float(trial * model.input.rate_max)) ** 2  # in units of rate_max
        if not counts.any():
            longest = _time_and_hint(data.x_train, float(trial))
            raise DataError(
                f"no event of the stimuli comes within training.trial = {trial}: they go up to"
                f" {longest}"
            )
        brightness = squares.sum(axis=1)
    elif model.input.coding == "latency":  # a spike of each that is lit
        n_lit = np.count_nonzero(data.x_train, axis=1)
        brightness = n_lit / float(model.training.trial * model.input.rate_max) ** 2
    else:
        brightness = np.einsum("ij,ij->i", data.x_train, data.x_train, dtype=np.float64)
    size = data.n_features, data.n_outputs, float(brightness.mean())
    return Topology(model, Stimuli(*size, data.image))


def warn_of_lost_events(model: Model, data: Data) -> None:
    """Say how many spikes of the stimuli come after the end of a trial."""
    if not isinstance(data.x_train, Events):
        return
    trial = float(model.training.trial)
    parts = [events for events in (data.x_train, data.x_test) if len(events.times)]
    n = sum(len(events.times) for events in parts)
    lost = sum(int((events.times > trial * (1 + 1e-6)).sum()) for events in parts)
    if lost:
        longest = _time_and_hint(max(parts, key=lambda events: events.times.max()), trial)
        warn(
            f"{100 * lost / n:.3g} % of the spikes lie after the {1e3 * trial:g} ms of a trial and"
            f" are not shown: longest {longest}; training.trial",
        )


def _time_and_hint(events: Events, trial: float) -> str:
    """The last time of events, and what it looks like."""
    last = float(events.times.max(initial=0))
    hint = ", as if times were in milliseconds, where seconds are needed"
    return f"{last:.3g} s{hint if last > MILLISECONDS * trial else ''}"


def check_coding(model: Model, data: Data) -> None:
    """Refuse data that the model's input or teacher does not suit.

    Raises
    ------
    DataError
        They are intensities, and events are needed, or the other way round.
    """
    _check_coding("input.coding", model.input.coding, "stimuli", data.x_train)
    _check_coding("output.teacher", model.output.teacher, "answers", data.answers)


def _check_coding(field: str, chosen: str, what: str, rows: np.ndarray | Events) -> None:
    if isinstance(rows, Events) != (chosen == "events"):
        are, needs = ("events", "") if isinstance(rows, Events) else ("intensities", "not ")
        raise DataError(f'the {what} are {are}: {field} must {needs}be "events", got {chosen!r}')


def _check_receptive_fields(model: Model, image: tuple[int, int] | None) -> None:
    *hidden, _ = model.layers()
    for name, layer in hidden:
        wanted = f"{name}.receptive_field = {layer.receptive_field}"
        if layer.receptive_field and image is None:
            raise DataError(f"{wanted} needs images, which the stimuli are not")
        if layer.receptive_field and layer.receptive_field > min(image):
            raise DataError(f"{wanted} is larger than the images, {image[0]} x {image[1]} pixels")
