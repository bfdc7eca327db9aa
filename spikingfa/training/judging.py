"""The split that variants of a model are compared by, so that none is chosen by the test.

Where the models have none, `judged` makes one. The test set is for what was chosen in the end, or
for comparisons in which nothing is chosen.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from spikingfa.base.errors import ModelError, SpikingFAError
from spikingfa.model.model import Model
from spikingfa.run_folder.run import Run

PART = 0.2  # of the training stimuli of each class
MADE = (
    f"judged by validation: task.validation = {PART} holds a fifth of the training stimuli out, so"
    " that nothing is chosen by the test set; --on-test (on_test=True) holds none out"
)
AS_BEGUN = (
    "judged by the test set, as the runs that are in the folder were made: choose nothing by it; in"
    " a new folder a validation split is made"
)


def judged(
    models: Mapping[str, Model], ranked: bool, begun: Model | None, on_test: bool
) -> tuple[dict[str, Model], str]:
    """The models with a validation split where they need one, and what is to be said of it.

    Parameters
    ----------
    models : mapping of str to Model
    ranked : bool
        Whether more than seeds vary, so that one of several may be chosen.
    begun : Model, optional
        One of the runs that are there already: it is gone on as that was made.
    on_test : bool
        Whether nothing is to be chosen, and all are shown the test set.

    Raises
    ------
    ModelError
        They are to be shown the test set, but hold stimuli out for validation.
    """
    models = dict(models)
    if own := [model for model in models.values() if model.task.validation]:
        if on_test:
            raise ModelError(
                f"task.validation = {own[0].task.validation} holds stimuli out, by which the model"
                " is judged: this does not go with --on-test (on_test)"
            )
        return models, ""
    if on_test or not (ranked or begun):
        return models, ""
    if begun and not begun.task.validation:
        return models, AS_BEGUN * ranked
    if begun and begun.task.validation != PART:
        return models, ""  # which is refused, as any other field that differs
    return {name: model.but({"task.validation": PART}) for name, model in models.items()}, MADE


def about_chosen(name: str, runs: Iterable[Run]) -> str:
    """Say the test error of what was chosen by validation, mean and SD over its runs."""
    from spikingfa.training.evaluation import evaluate

    about = f"least in validation: {name}; its test"
    try:
        tests = [evaluate(run, over_time=False, on_test=True) for run in runs]
    except SpikingFAError as error:  # here, where no run was made perhaps
        return f"{about} could not be made: {error}"
    errors = 100 * np.array([test.error for test in tests])
    spread = f" ± {errors.std(ddof=1):.2f}" if len(errors) > 1 else ""
    return f"{about} {tests[0].label}: {errors.mean():.2f}{spread} %"
