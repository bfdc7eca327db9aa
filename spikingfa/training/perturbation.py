"""Perturbations of a trained network before it is tested: lesions and noise."""

import re
from dataclasses import asdict, dataclass, fields

import numpy as np
from brian2.units.fundamentalunits import Quantity

from spikingfa.base.errors import ModelError
from spikingfa.base.plain_values import plain, real_number, whole_number
from spikingfa.base.seeds import stream
from spikingfa.base.text import shown
from spikingfa.base.units import parse_quantity
from spikingfa.model.checks import MAX_STEPS
from spikingfa.model.model import Model, hidden_layers
from spikingfa.network.pathways import forward_names


@dataclass(frozen=True)
class Perturbation:
    """A perturbation of a trained network before it is tested.

    Attributes
    ----------
    kill : float
        Part of the neurons of each hidden layer that no longer reach any other neuron, 0 to 1.
    weight_noise : float
        Each forward weight is multiplied by 1 + `weight_noise` times a normal random number.
    noise : Quantity or str
        SD of a noise current into every hidden and output neuron (``"50 pA"``).
    presentation : Quantity or str, optional
        How long a stimulus is shown; as long as in training by default.
    seed : int
        Seed of the neurons killed and of the noise.

    Raises
    ------
    ModelError
        One of them is none of these.
    """

    kill: float = 0.0
    weight_noise: float = 0.0
    noise: Quantity | str = "0 pA"
    presentation: Quantity | str | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, plain(getattr(self, field.name)))
        kill, weight_noise, seed = self.kill, self.weight_noise, whole_number(self.seed)
        if real_number(kill) is None or not 0 <= kill <= 1:
            raise ModelError(f"kill: needs a part from 0 to 1, got {shown(kill)}")
        if real_number(weight_noise) is None or weight_noise < 0:
            reason = "must not be negative" if real_number(weight_noise) else "needs a number"
            raise ModelError(f"weight_noise: {reason}, got {shown(weight_noise)}")
        if seed is None or seed < 0:
            raise ModelError(f"seed: needs a whole number from 0 on, got {shown(self.seed)}")
        _quantity("noise", self.noise, "current")
        if self.presentation is not None:
            _quantity("presentation", self.presentation, "time")

    @property
    def name(self) -> str:
        """The perturbation as the name of a folder: ``kill-0.2-noise-50pA``."""
        done = {key: str(value) for key, value in asdict(self).items()}
        changed = (f"{key}-{value}" for key, value in done.items() if value != _NOTHING[key])
        text = "-".join(changed) or "unperturbed"
        return text.replace(" ", "").replace("/", "_")

    def of_model(self, model: Model) -> Model:
        """The model with this noise current and its seed, if there is any."""
        noise = _quantity("noise", self.noise, "current")
        if not float(noise):
            return model
        noisy = {f"{section}.i_noise": self.noise for section in ("hidden", "output")}
        return model.but(noisy | {"training.seed": self.seed})

    def of_weights(self, model: Model, state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The weights with some synapses cut and all a little different."""
        changed = dict(state)
        for k, (name, layer) in enumerate(hidden_layers(model).items()):
            rng = stream(self.seed, "lesion", k)
            killed = rng.permutation(layer.size)[: round(self.kill * layer.size)]
            for outgoing in (key for key in state if re.fullmatch(rf"{name}_to_\w+\.w", key)):
                changed[outgoing] = state[outgoing].copy()
                changed[outgoing][killed] = 0
        for k, name in enumerate(_forward(model, state) if self.weight_noise else ()):
            rng = stream(self.seed, "weight noise", k)
            factors = 1 + self.weight_noise * rng.normal(size=state[name].shape)
            changed[name] = changed[name] * factors
        return changed

    def duration(self, model: Model) -> float:
        """Duration of a stimulus in seconds: a whole number of steps."""
        if self.presentation is None:
            return float(model.training.trial)
        duration = float(_quantity("presentation", self.presentation, "time"))
        steps = duration / float(model.training.dt)
        if not 1 <= round(steps) <= MAX_STEPS or abs(steps - round(steps)) > 1e-6:
            raise ModelError(
                f"presentation: {self.presentation} must be a whole number of steps of"
                f" training.dt = {model.training.dt}, from 1 to {MAX_STEPS}"
            )
        return duration


def _quantity(name: str, value: Quantity | str, kind: str) -> Quantity:
    try:
        return parse_quantity(value, kind)
    except ValueError as error:
        raise ModelError(f"{name}: {error}") from None


_NOTHING = {key: str(value) for key, value in asdict(Perturbation()).items()}


def _forward(model: Model, state: dict[str, np.ndarray]) -> list[str]:
    """Names of the weights from layer to layer, then of those past layers."""
    chain = [f"{name}.w" for name in forward_names(model)]
    ends = (re.fullmatch(r"(\w+)_to_(\w+)\.w", name) for name in state if name not in chain)
    return chain + [match[0] for match in ends if match and match[1] != match[2]]
