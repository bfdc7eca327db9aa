"""Model files: nothing is lost on the way to TOML and back, and every mistake is named."""

import pickle
import tempfile
import warnings
from pathlib import Path

import pytest
from brian2 import ms, mV, pA
from hypothesis import given, settings
from hypothesis import strategies as st

from spikingfa import Model, ModelError, load_model, shipped_models, write_model
from spikingfa.base.errors import SpikingFAWarning
from spikingfa.base.text import nearest
from spikingfa.model.changes import parse_setting
from spikingfa.model.files import load_stored, to_model
from spikingfa.model.model import layer_names
from spikingfa.model.section import SECTIONS

MODELS = Path(__file__).parents[2] / "models"
TWO_LAYERS = Model(hidden=[{"size": 20}, {"size": 10, "tau_m": "30 ms"}])


def finite(low=None, high=None):
    return st.floats(low, high, allow_nan=False, allow_infinity=False)


def quantity(unit, low, high):
    numbers = finite(low, high).map(lambda number: number if abs(number) > 1e-9 else 0.0)
    return numbers.map(lambda number: f"{number!r} {unit}")


def steps(low, high):
    """Times that every step of the models below holds: none, or whole milliseconds."""
    return st.integers(low, high).map(lambda number: f"{number} ms")


def words():
    """Text that UTF-8 can hold; everything else is fair."""
    return st.text(st.characters(codec="utf-8"))


def sections(required=None, **optional):
    return st.fixed_dictionaries(required or {}, optional=optional)


LIF = {
    "v_rest": quantity("mV", -90, -60),
    "v_reset": quantity("mV", -90, -60),
    "v_thresh": quantity("mV", -59, 0),
    "tau_m": quantity("ms", 1, 1e6),
    "tau_refrac": st.just("0 ms") | steps(2, 10**6),
    "r_m": quantity("Mohm", 1e-3, 1e6),
    "tau_syn": quantity("ms", 1, 1e6),
    "i_bias": quantity("pA", -1e6, 1e6),
    "i_init": quantity("pA", 0, 1e6),
}
HIDDEN = sections(
    **LIF,
    size=st.integers(1, 10**9),
    sensitivity_min=finite(-1e6, 5.0),
    sensitivity_max=finite(5.5, 1e6),
)
MODEL_TABLES = sections(
    task=sections(
        required={"name": st.just("arrays")},
        file=words(),
        test_fraction=finite(1e-6, 0.999),
        split_seed=st.integers(0, 2**32 - 1),
    )
    | sections(
        required={"name": st.sampled_from(["mnist", "idx"])},
        folder=words(),
        validation=st.integers(0, 10**6),
        limit=st.integers(1, 10**6),
    )
    | sections(
        required={
            "name": st.sampled_from(
                ["xor", "parity", "linear", "nonlinear", "spike_pattern", "evidence"]
            )
        },
        n_train=st.integers(1, 10**6),
        n_test=st.integers(1, 10**6),
        seed=st.integers(0, 2**200),
        bits=st.integers(2, 16),
        duration=quantity("ms", 1e-3, 1e6),
        cues=st.integers(1, 10**6),
    ),
    input=sections(
        coding=st.sampled_from(["regular", "poisson", "events"]),
        rate_max=quantity("Hz", 1e-3, 1000),
    ),
    hidden=HIDDEN | st.lists(HIDDEN, min_size=1, max_size=3),
    output=sections(
        **LIF,
        tau_trace=quantity("ms", 1, 1e6),
        teacher=st.sampled_from(["regular", "poisson", "events"]),
        teacher_rate=quantity("Hz", 1e-3, 1000),
        teacher_latency=st.just("auto") | steps(0, 99),
        readout_latency=steps(0, 99),
    ),
    feedback=sections(
        kind=st.sampled_from(["direct", "none"]),
        error=st.sampled_from(["spiking", "graded"]),
        scale=quantity("pA", 0, 1e6),
        output_scale=quantity("pA", 0, 1e6),
        delay=steps(0, 99),
        tau=quantity("ms", 1, 1e6),
        error_rate=quantity("Hz", 1e-3, 1000),
        neurons_per_output=st.integers(1, 1000),
        error_latency=st.just("auto") | steps(0, 99),
    ),
    plasticity=sections(
        eta_hidden=finite(0, 1e6),
        eta_output=finite(0, 1e6),
        eta_final=finite(1e-9, 1),
        reference_rate=quantity("Hz", 1e-3, 1e6),
        weight_decay=finite(0, 1e6),
        w_max=quantity("pA", 0, 1e6),
    ),
    training=sections(
        epochs=st.integers(1, 10**6),
        seed=st.integers(0, 2**200),
        dt=st.sampled_from(["1 ms", "0.5 ms", "100 us", "0.0001 second"]),
        device=st.sampled_from(["cpp_standalone", "cuda_standalone", "runtime"]),
    ),
    recording=sections(
        trials=st.integers(0, 10**6),
        populations=st.lists(st.sampled_from(["input", "hidden", "output", "error_on"])),
    ),
)


def message(call, *arguments, **keywords) -> str:
    with pytest.raises(ModelError) as caught:
        call(*arguments, **keywords)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_files_load_and_come_back_exactly(path, tmp_path):
    model = load_model(path)
    assert load_model(path.stem) == model
    write_model(model, str(tmp_path / "again.toml"))
    assert load_model(tmp_path / "again.toml") == model


def test_shipped_models_are_listed_with_their_first_line():
    listed = shipped_models()
    assert list(listed) == sorted(path.stem for path in MODELS.glob("*.toml"))
    assert all(headline.startswith(name) for name, headline in listed.items())


@settings(max_examples=40)
@given(tables=MODEL_TABLES)
def test_any_model_comes_back_exactly(tables):
    model = to_model(tables)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.toml")
        write_model(model, path)
        again = load_model(path)
    assert again == model
    assert again.model_dump() == model.model_dump()
    for name, section in again:
        for record, same in zip(
            section if name == "hidden" else [section],
            getattr(model, name) if name == "hidden" else [getattr(model, name)],
            strict=True,
        ):
            assert all(value == getattr(same, key) for key, value in record)


def test_every_field_is_written_with_its_meaning(tmp_path):
    write_model(Model(), tmp_path / "model.toml")
    lines = (tmp_path / "model.toml").read_text("utf-8").splitlines()
    assert 'tau_m = "20 ms" # membrane time constant' in lines
    assert [line for line in lines if line.startswith("[")] == [
        f"[{name}]" for name in Model.model_fields
    ]


def test_an_empty_file_is_the_default_model(tmp_path):
    (tmp_path / "empty.toml").write_text("")
    assert load_model(tmp_path / "empty.toml") == Model()


@pytest.mark.parametrize("name", ["a.toml", "a.conf", "ünïcode – name.toml", "no_ending"])
def test_a_file_of_any_name(name, tmp_path):
    (tmp_path / name).write_text("[hidden]\nsize = 7")
    assert load_model(tmp_path / name).hidden[0].size == 7
    assert load_model(str(tmp_path / name)).hidden[0].size == 7


def test_a_mark_at_the_beginning_of_a_file_from_windows(tmp_path):
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbf[hidden]\r\nsize = 7\r\n")
    assert load_model(tmp_path / "a.toml").hidden[0].size == 7


# changes


def test_but_leaves_the_original_as_it_is():
    before = TWO_LAYERS.model_dump()
    changed = TWO_LAYERS.but(
        {"hidden.tau_m": "1 ms", "training.epochs": 3}, output={"v_rest": "-70 mV"}
    )
    assert TWO_LAYERS.model_dump() == before
    assert [layer.tau_m for layer in changed.hidden] == [1 * ms, 1 * ms]
    assert (changed.training.epochs, changed.output.v_rest) == (3, -70 * mV)


def test_a_failed_change_leaves_the_original_as_it_is():
    before = TWO_LAYERS.model_dump()
    message(TWO_LAYERS.but, {"hidden.tau_m": "1 ms", "hidden.tau_syn": "-1 ms"})
    assert TWO_LAYERS.model_dump() == before


def test_but_nothing_is_an_equal_model():
    assert TWO_LAYERS.but() == TWO_LAYERS.but({}) == TWO_LAYERS
    assert TWO_LAYERS.but() is not TWO_LAYERS


@pytest.mark.parametrize(
    ("path", "expected"),
    [("hidden.tau_m", [5, 5]), ("hidden.0.tau_m", [5, 30]), ("hidden.1.tau_m", [20, 5])],
)
def test_paths_of_hidden_layers(path, expected):
    changed = TWO_LAYERS.but({path: 5 * ms})
    assert [float(layer.tau_m / ms) for layer in changed.hidden] == pytest.approx(expected)


def test_later_changes_win_and_the_first_layer_of_one():
    model = Model().but({"hidden.tau_m": 5 * ms, "hidden.0.tau_m": 6 * ms})
    assert model.hidden[0].tau_m == 6 * ms


def test_sections_as_keywords():
    model = Model().but(
        hidden={"tau_m": 15 * ms, "size": 3}, plasticity={"w_max": 5 * pA}, recording={"trials": 7}
    )
    assert (model.hidden[0].tau_m, model.hidden[0].size) == (15 * ms, 3)
    assert (model.plasticity.w_max, model.recording.trials) == (5 * pA, 7)
    assert model.but(plasticity={"w_max": None}).plasticity.w_max is None


def test_records_cannot_be_assigned_to():
    for record, name in (
        (Model(), "hidden"),
        (Model().hidden[0], "tau_m"),
        (Model().output, "tau_m"),
    ):
        with pytest.raises(ValueError, match="frozen"):
            setattr(record, name, 1)


def test_layers_are_numbered_where_there_are_several():
    assert layer_names(Model()) == ("hidden",)
    assert layer_names(TWO_LAYERS) == ("hidden_0", "hidden_1")


# mistakes


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"hiden.tau_m": 1}, ["hiden.tau_m", "no such section", "did you mean 'hidden'"]),
        ({"": 1}, ["no such section", "known are task, input, hidden"]),
        ({"zzz.x": 1}, ["zzz.x", "known are task, input, hidden"]),
        ({"hidden.tua_m": "1 ms"}, ["hidden.tua_m", "no such key", "did you mean 'tau_m'"]),
        ({"hidden.": "1 ms"}, ["no such key"]),
        ({"hidden": 3}, ["hidden", "section.key=value"]),
        ({"hidden.0": 3}, ["hidden.0", "section.key=value"]),
        ({"hidden.tau_m.x": 3}, ["hidden.tau_m.x", "section.key=value"]),
        ({"hidden.1.tau_m": 3}, ["hidden.1.tau_m", "1 hidden layer"]),
        ({"hidden.-1.tau_m": 3}, ["hidden.-1.tau_m"]),
        ({"hidden.tau_m": 20}, ["hidden.tau_m", "needs a time with its unit", "got 20"]),
        ({"hidden.tau_m": "20 mV"}, ["hidden.tau_m", "got '20 mV'", "not a time"]),
        ({"hidden.tau_m": "20 mS"}, ["hidden.tau_m", "got '20 mS'", "not a time"]),
        ({"hidden.tau_m": "0 ms"}, ["hidden.tau_m", "more than zero", "got 0"]),
        ({"hidden.tau_m": "-1 ms"}, ["hidden.tau_m", "more than zero", "got -1"]),
        ({"hidden.tau_refrac": "-1 ms"}, ["hidden.tau_refrac", "not be negative", "got -1"]),
        ({"hidden.size": 0}, ["hidden.size", "greater than 0", "got 0"]),
        ({"hidden.size": "many"}, ["hidden.size", "integer", "got 'many'"]),
        ({"hidden.size": 1.5}, ["hidden.size", "integer", "got 1.5"]),
        ({"hidden.size": True}, ["hidden.size", "got True"]),
        ({"hidden.size": "3"}, ["hidden.size", "got '3'"]),
        ({"hidden.sensitivity_min": True}, ["hidden.sensitivity_min", "got True"]),
        ({"plasticity.eta_hidden": True}, ["plasticity.eta_hidden", "got True"]),
        ({"plasticity.eta_final": True}, ["plasticity.eta_final", "got True"]),
        ({"training.seed": True}, ["training.seed", "got True"]),
        ({"training.seed": 1.0}, ["training.seed", "got 1.0"]),
        ({"hidden.v_reset": "-50 mV"}, ["hidden", "v_reset must be below v_thresh", "-50"]),
        ({"hidden.v_reset": "-40 mV"}, ["hidden", "v_reset must be below v_thresh", "-40"]),
        ({"output.v_rest": "-40 mV"}, ["output", "v_rest must be below v_thresh", "-40"]),
        ({"hidden.sensitivity_max": 0.1}, ["hidden", "sensitivity_min must be below", "0.1"]),
        (
            {"task.name": "digit"},
            ["task.name", "'digits', 'mnist', 'idx', 'arrays', 'xor'", "got 'digit'"],
        ),
        ({"task.file": "x.npz"}, ["task", "x.npz", 'name = "arrays"', "got 'digits'"]),
        ({"task.test_file": "x.npz"}, ["task", "test_file = 'x.npz'", 'name = "arrays"']),
        ({"task.bits": 1}, ["task.bits", "greater than or equal to 2", "got 1"]),
        ({"task.bits": 17}, ["task.bits", "less than or equal to 16", "got 17"]),
        ({"task.n_train": 0}, ["task.n_train", "greater than 0", "got 0"]),
        ({"task.folder": "x"}, ["task", "'x'", 'name = "mnist" or "idx"', "got 'digits'"]),
        ({"task.limit": 0}, ["task.limit", "greater than 0", "got 0"]),
        ({"task.validation": -1}, ["task.validation", "got -1"]),
        ({"task.split_seed": 2**32}, ["task.split_seed", "less than 4294967296"]),
        ({"task.file": 3}, ["task.file", "string", "got 3"]),
        ({"task.test_fraction": 1}, ["task.test_fraction", "less than 1", "got 1"]),
        ({"plasticity.eta_hidden": -1}, ["plasticity.eta_hidden", "or equal to 0", "got -1"]),
        ({"plasticity.eta_hidden": float("nan")}, ["plasticity.eta_hidden", "finite", "got nan"]),
        ({"plasticity.eta_final": 0}, ["plasticity.eta_final", "greater than 0", "got 0"]),
        ({"training.seed": -1}, ["training.seed", "or equal to 0", "got -1"]),
        ({"training.epochs": 0}, ["training.epochs", "greater than 0", "got 0"]),
        ({"training.device": "gpu"}, ["training.device", "'cuda_standalone' or 'runtime'", "gpu"]),
        ({"training.dt": "0.3 ms"}, ["training.trial", "whole number of training.dt", "300. us"]),
        ({"training.trial": "10 ms"}, ["output.teacher_latency", "shorter", "10. ms"]),
        ({"training.dt": "100 ms"}, ["input.rate_max", "more than one spike per dt", "100. ms"]),
        ({"input.rate_max": "2 kHz"}, ["input.rate_max", "more than one spike per dt", "2. kHz"]),
        ({"feedback.error_latency": "1 s"}, ["feedback.error_latency", "shorter", "1. s"]),
        ({"recording.trials": -1}, ["recording.trials", "or equal to 0", "got -1"]),
        ({"recording.populations": ["hiden"]}, ["recording.populations.0", "got 'hiden'"]),
        ({"recording.populations": "hidden"}, ["recording.populations", "got 'hidden'"]),
    ],
    ids=str,
)
def test_what_but_refuses(changes, parts):
    told = message(Model().but, changes)
    assert [part for part in parts if part not in told] == [], told


@pytest.mark.parametrize(
    "changes",
    [
        {"training.trial": "1e300 second"},
        {"training.dt": "1e-300 second"},
        {"training.trial": "1e300 second", "training.dt": "1e-300 second"},
        {"input.rate_max": "1e-300 Hz"},
        {"plasticity.reference_rate": "1e-300 Hz"},
        {"feedback.delay": "1e9 second"},
    ],
    ids=str,
)
def test_sizes_that_no_computer_can_simulate(changes):
    assert any(path in message(Model().but, changes) for path in changes)


def test_the_layer_with_the_mistake_is_told():
    assert message(TWO_LAYERS.but, {"hidden.0.tau_m": 1}).startswith("hidden.0.tau_m:")
    assert message(TWO_LAYERS.but, {"hidden.1.tau_m": 1}).startswith("hidden.1.tau_m:")
    assert message(Model().but, {"hidden.0.tau_m": 1}).startswith("hidden.tau_m:")
    assert "there are 2 hidden layers" in message(TWO_LAYERS.but, {"hidden.2.tau_m": 1})


def test_the_first_mistake_is_told_and_how_many_more_there_are():
    told = message(Model().but, {"hidden.tau_m": 1, "hidden.size": 0, "training.epochs": 0})
    assert told.startswith("hidden.tau_m: ")
    assert told.endswith("(and 2 more)")


@pytest.mark.parametrize("section", ["hiden", "zzz"])
def test_unknown_sections_as_keywords(section):
    assert f"{section}.x: there is no such section" in message(Model().but, **{section: {"x": 1}})


@pytest.mark.parametrize("fields", [3, "20 ms", None, [3]], ids=str)
def test_a_section_that_is_no_table(fields):
    message(Model().but, hidden=fields)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[hiden]\nsize = 3", ["hiden", "no such key", "did you mean 'hidden'"]),
        ("[hidden]\ntua_m = '3 ms'", ["hidden.tua_m", "did you mean 'tau_m'"]),
        ("[hidden.deeper]\nx = 3", ["hidden.deeper", "no such key"]),
        ("[hidden]\ntau_m = 3", ["hidden.tau_m", "needs a time", "got 3"]),
        ("[[hidden]]\ntau_m = 3", ["hidden.tau_m", "needs a time"]),
        ("[[hidden]]\ntau_m = 3\n[[hidden]]", ["hidden.0.tau_m", "needs a time"]),
        ("[[hidden]]\n[[hidden]]\ntau_m = 3", ["hidden.1.tau_m", "needs a time"]),
        ("hidden = 3", ["hidden", "got 3"]),
        ("hidden = [3]", ["hidden", "got 3"]),
        ("hidden = []", ["hidden", "at least one hidden layer"]),
        ("task = 'digits'", ["task", "got 'digits'"]),
        ("[task]\nname = 2024-01-01", ["task.name"]),
        ("[training]\nepochs = 0", ["training.epochs", "got 0"]),
        ("[training]\nepochs = inf", ["training.epochs", "got inf"]),
        ("not toml", ["not a TOML file", "line 1"]),
        ("[hidden]\nsize = 3\nsize = 4", ["not a TOML file"]),
        ("[hidden]\ntau_m = 20 ms", ["not a TOML file", "line 2"]),
        ("[training]\nseed = " + "9" * 5000, ["not a TOML file", "digits"]),
        ("a = " + "[" * 5000, ["not a TOML file"]),
        ("{", ["not a TOML file"]),
        ("\0", ["not a TOML file"]),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_files_with_a_mistake(text, parts, tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text(text)
    told = message(load_model, path)
    assert told.startswith(f"{path}: ")
    assert [part for part in parts if part not in told] == [], told


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "latin.toml").write_bytes("# é".encode("latin-1"))
    (tmp_path / "folder.toml").mkdir()
    assert "latin.toml: not UTF-8 text" in message(load_model, tmp_path / "latin.toml")
    assert "folder.toml: Is a directory" in message(load_model, tmp_path / "folder.toml")
    assert "none.toml: No such file" in message(load_model, tmp_path / "none.toml")
    assert "Not a directory" in message(load_model, tmp_path / "latin.toml" / "a.toml")


@pytest.mark.parametrize("name", ["x" * 300, "x" * 300 + ".toml", "a\0b", "a\0b.toml", "\ud800"])
def test_names_that_no_file_can_have(name):
    message(load_model, name)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("digits_af", "did you mean 'digits_fa'?"),
        ("Digits_fa", "did you mean 'digits_fa'?"),
        ("zzz", "known are "),
        ("😀", "known are "),
    ],
)
def test_unknown_models(name, hint):
    told = message(load_model, name)
    assert told.startswith(f"no model is called {name!r}")
    assert hint in told


def test_nearest_offers_one_name_or_all():
    assert nearest("tua_m", ["tau_m", "tau_syn"]) == "; did you mean 'tau_m'?"
    assert nearest("", ["a", "b"]) == "; known are a, b"


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("hidden.size=3", "hidden.size", 3),
        ("hidden.size = 3", "hidden.size", 3),
        (" hidden.size=3 ", "hidden.size", 3),
        ("hidden.tau_m=20 ms", "hidden.tau_m", "20 ms"),
        ('hidden.tau_m="20 ms"', "hidden.tau_m", "20 ms"),
        ("hidden.tau_m='20 ms'", "hidden.tau_m", "20 ms"),
        ("plasticity.eta_hidden=1e-3", "plasticity.eta_hidden", 1e-3),
        ("task.file=a=b.npz", "task.file", "a=b.npz"),
        ("task.file=", "task.file", ""),
        ("task.file=ünï 😀.npz", "task.file", "ünï 😀.npz"),
        ('recording.populations=["input", "hidden"]', "recording.populations", ["input", "hidden"]),
        ("a.b=true", "a.b", True),
        ("a.b=1\nc=2", "a.b", "1\nc=2"),
        ('a.b="1"\n[c]', "a.b", '"1"\n[c]'),
        ("a.b=" + "9" * 5000, "a.b", "9" * 5000),
        ("a.b=" + "[" * 5000, "a.b", "[" * 5000),
    ],
    ids=lambda value: str(value)[:20],
)
def test_settings(text, path, value):
    assert parse_setting(text) == (path, value)


@pytest.mark.parametrize("text", ["", "hidden.size", "=3", " = 3", "hidden size 3"])
def test_settings_without_a_path_or_a_value(text):
    assert message(parse_setting, text).endswith("needs the form section.key=value")


def test_a_number_of_layers_repeats_the_last():
    model = to_model({"hidden": [{"size": 5}, {"size": 7, "tau_m": "9 ms"}]})
    sizes = {n: [layer.size for layer in model.but({"hidden.layers": n}).hidden] for n in (1, 2, 4)}
    assert sizes == {1: [5], 2: [5, 7], 4: [5, 7, 7, 7]}
    both = model.but({"hidden.layers": 3, "hidden.tau_m": "3 ms"})
    assert [float(layer.tau_m) for layer in both.hidden] == [3e-3] * 3


@pytest.mark.parametrize("n", [0, -1, 101, "3", 2.0, True])
def test_a_wrong_number_of_layers(n):
    expected = f"hidden.layers: needs a number from 1 to 100, got {n!r}"
    assert message(to_model({}).but, {"hidden.layers": n}) == expected


def test_a_model_goes_to_another_process_and_stays_what_it_is():
    model = Model(hidden=[{"size": 3}, {"model": "alif"}])
    there = pickle.loads(pickle.dumps(model))
    assert there == model
    assert [type(layer) for layer in there.hidden] == [type(layer) for layer in model.hidden]


def test_the_sections_have_their_names_in_their_order():
    assert tuple(Model.model_fields) == SECTIONS


def test_a_field_by_its_old_name_is_understood_with_a_warning(tmp_path):
    (tmp_path / "old.toml").write_text("[hidden]\nblank = 0.25\n")
    with pytest.warns(SpikingFAWarning, match="the field blank is called dropout now"):
        model = load_model(tmp_path / "old.toml")
    assert model.hidden.dropout == 0.25
    with pytest.warns(SpikingFAWarning, match="dropout"):
        assert model.but({"hidden.blank": 0.5}).hidden.dropout == 0.5
    with pytest.warns(SpikingFAWarning, match="dropout"):
        assert model.hidden[0].blank == model.hidden.blank == 0.25
    with warnings.catch_warnings():  # what was stored was right then
        warnings.simplefilter("error")
        assert load_stored(tmp_path / "old.toml") == model


def test_an_old_name_and_a_new_one_together_are_refused(tmp_path):
    (tmp_path / "both.toml").write_text("[hidden]\nblank = 0.25\ndropout = 0.1\n")
    with pytest.raises(ModelError, match=r"hidden\.blank: is dropout by its old name"):
        load_model(tmp_path / "both.toml")
