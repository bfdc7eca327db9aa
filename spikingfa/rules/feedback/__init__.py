"""Ways to carry blame back, one in each file.

A new rule is a class in a file of its own, and a name in the table here: see
:class:`spikingfa.rules.feedback.rule.FeedbackRule`.
"""

from spikingfa.rules.feedback.direct import Direct
from spikingfa.rules.feedback.kolen_pollack import KolenPollack
from spikingfa.rules.feedback.layerwise import Layerwise
from spikingfa.rules.feedback.none import NoFeedback
from spikingfa.rules.feedback.rule import FeedbackRule
from spikingfa.rules.feedback.scalar import Scalar
from spikingfa.rules.feedback.sign import Sign
from spikingfa.rules.feedback.transport import Transport
from spikingfa.rules.feedback.uniform import Uniform
from spikingfa.rules.feedback.weight_mirror import WeightMirror

__all__ = ["RULES", "FeedbackRule"]

#: Every rule by its name in a model file, those that a brain could use first.
RULES: dict[str, FeedbackRule] = {
    "direct": Direct(),
    "kolen_pollack": KolenPollack(),
    "layerwise": Layerwise(),
    "none": NoFeedback(),
    "scalar": Scalar(),
    "uniform": Uniform(),
    "weight_mirror": WeightMirror(),
    "sign": Sign(),
    "transport": Transport(),
}
