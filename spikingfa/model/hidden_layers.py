"""The hidden layers of a model: a tuple, which has the fields of its layer where there is one."""

from typing import Any

from spikingfa.base.text import nearest
from spikingfa.model.section import frozen


class HiddenLayers(tuple):
    """Hidden layers, the first one first.

    ``model.hidden[0].tau_m`` is a field of the first layer; where there is no other,
    ``model.hidden.tau_m`` is the same.
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # which copy, pickle and notebooks look for
            raise AttributeError(name)
        fields = type(self[0]).model_fields if self else {}
        if len(self) == 1 and (name in fields or name in type(self[0]).renamed):
            return getattr(self[0], name)
        if name in fields:
            reason = f"the model has {len(self)} of them: model.hidden[0].{name} is the first's"
        else:
            reason = "there is no such field" + nearest(name, fields)
        raise AttributeError(f"hidden.{name}: {reason}")

    def __setattr__(self, name: str, value: Any) -> None:
        raise frozen(type(self[0]), name, repr(value))

    def __dir__(self):
        return [*super().__dir__(), *(type(self[0]).model_fields if len(self) == 1 else ())]
