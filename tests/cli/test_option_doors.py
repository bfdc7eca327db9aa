"""Options given twice: lists join, and what would drop one of two values is refused."""

import argparse

import pytest

from spikingfa.cli.arguments import Once
from spikingfa.cli.main import _parser, main
from spikingfa.cli.view import view_of

COMMANDS = next(a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction)).choices
WORDS = {"export": ["r", "--to", "nir"], "run": ["digits_fa"], "show": ["digits_fa"]}
WORDS |= {"compare": ["digits_fa", "-o", "o", "--vary", "hidden.size=1,2"]}
WORDS |= {
    "sweep": ["digits_fa", "-o", "o", "--over", "hidden.size=1,2"],
    "raster": ["r", "-o", "o"],
}
WORDS |= {name: ["r"] for name in ("plot", "record", "report", "test")}
OPTIONS = [
    (name, action)
    for name, command in COMMANDS.items()
    for action in command._actions
    if action.option_strings
]


def refused(capsys, *arguments) -> str:
    """What a command says that is refused."""
    try:
        status = main(list(arguments))
    except SystemExit as end:
        status = end.code
    told = capsys.readouterr().err
    assert status == 2
    assert told.count("\n") == 1
    assert "Traceback" not in told
    return told


def value(action) -> str:
    return "0.5" if action.metavar == "PART" else "3"  # which is text, too


@pytest.mark.parametrize(
    ("name", "action"), OPTIONS, ids=lambda one: getattr(one, "option_strings", [one])[-1]
)
def test_every_option_refuses_joins_or_repeats(name, action, capsys):
    """None keeps the last of two values and drops the first."""
    joins = isinstance(action, argparse._AppendAction)  # also of "extend"
    if not joins and action.nargs != 0:
        assert isinstance(action, Once)
    if isinstance(action, Once):
        option, words = action.option_strings[-1], WORDS.get(name, [])
        words = words if option in words else [*words, option, value(action)]
        told = refused(capsys, name, *words, option, value(action))
        assert f"argument {'/'.join(action.option_strings)}: is given twice" in told


def test_positions_are_no_options_given_twice():
    options = _parser().parse_args(["record", "run", "hidden.v", "output.v"])
    assert options.variables == ["hidden.v", "output.v"]
    assert _parser().parse_args(["plot", "run", "raster"]).kind == "raster"
    for _ in range(2):  # a parser may be used again
        assert _parser().parse_args(["run", "digits_fa", "--seed", "3"]).seed == 3


def test_lists_that_are_given_twice_join():
    words = ["plot", "run", "--populations", "hidden", "--neurons", "hidden=0:3", "input=4"]
    words += ["--populations", "output", "hidden", "--neurons", "output=1,2"]
    view = view_of(_parser().parse_args(words))
    assert view.populations == ["hidden", "output"]
    assert {name: str(chosen) for name, chosen in view.neurons.items()} == {
        name: str(chosen)
        for name, chosen in view_of(
            _parser().parse_args(
                ["plot", "run", "--neurons", "hidden=0:3", "input=4", "output=1,2"]
            )
        ).neurons.items()
    }
    assert list(view.neurons) == ["hidden", "input", "output"]
    options = _parser().parse_args(
        ["sweep", "m", "-o", "o", "--over", "hidden.size=1,2", "--over", "hidden.tau_m=1 ms,2 ms"]
    )
    assert len(options.over) == 2


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("--set hidden.size=3 --set hidden.size=4", "--set: hidden.size is given twice: 3, then 4"),
        ("--set hidden.size=3 --set hidden.size=3", "--set: hidden.size is given twice: 3, then 3"),
        ("--set training.epochs=3 --epochs 4", "training.epochs is given twice: by --set and by"),
    ],
)
@pytest.mark.parametrize("command", ["run", "compare", "sweep"])
def test_a_field_is_set_once(command, words, reason, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert reason in refused(capsys, command, *WORDS[command], *words.split())
    assert not any(tmp_path.iterdir())


SWEEP = "sweep digits_fa -o o --over hidden.size=1,2"
COMPARE = "compare digits_fa -o o --vary"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("run digits_fa --set training.seed=1 --seed 1", "by --set and by --seed"),
        ("show digits_fa --set hidden.size=1 --set hidden.size=2", "1, then 2"),
        (f"{SWEEP} --over hidden.size=3", "--over: hidden.size is given twice: (1, 2), then (3,)"),
        (f"{SWEEP} --set hidden.size=3", "hidden.size is varied by --over, and cannot be set"),
        (f"{SWEEP} --over training.epochs=1,2 --epochs 3", "training.epochs is varied by --over"),
        (
            f"{COMPARE} hidden.size=1,2 --vary hidden.size=3",
            "--vary: is given twice: one setting is varied, its values in one list",
        ),
        (f"{COMPARE} hidden.size=1,2 --vary training.epochs=3", "spikingfa sweep varies several"),
        (f"{COMPARE} training.epochs=1,2 --epochs 3", "training.epochs is varied by --vary"),
        (f"{COMPARE} training.seed=1,2", "training.seed: give the seeds by --seeds"),
    ],
)
def test_what_would_drop_a_value_is_refused(words, reason, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert reason in refused(capsys, *words.split())
    assert not any(tmp_path.iterdir())


def test_the_neurons_of_a_population_are_given_once(tiny_run, capsys, tmp_path):
    words = ["plot", str(tiny_run.folder), "raster", "-o", str(tmp_path / "x.png")]
    told = refused(capsys, *words, "--neurons", "hidden=0:3", "--neurons", "hidden=5")
    assert "--neurons: hidden is given twice: '0:3', then '5'" in told
    assert not any(tmp_path.iterdir())
