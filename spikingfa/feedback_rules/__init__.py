"""Ways to carry blame back, one in each file; each is found by itself.

A new rule is a file with a class: see :class:`spikingfa.feedback_rules.rule.FeedbackRule`.
"""

from importlib import import_module
from pkgutil import iter_modules

from spikingfa.feedback_rules.rule import FeedbackRule

__all__ = ["RULES", "FeedbackRule"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

#: Every rule by its name in a model file, those that a brain could use first.
RULES: dict[str, FeedbackRule] = {
    rule.kind: rule()
    for rule in sorted(FeedbackRule.__subclasses__(), key=lambda rule: (not rule.local, rule.kind))
}
