"""What a user of Python hands in: NumPy's numbers, paths, names, whole sections."""

import copy
import pickle
from pathlib import Path

import numpy as np
import pytest
from brian2 import ms, pA

import spikingfa
from spikingfa.base.errors import ModelError
from spikingfa.base.plain_values import plain
from spikingfa.model.layers import HIDDEN
from spikingfa.model.model import Model, Training
from spikingfa.sweeping.plan import Column
from spikingfa.sweeping.sweep import _checked_seeds
from spikingfa.sweeping.values import Range, space_of

MODEL = spikingfa.load_model("digits_fa")
TWO = MODEL.but({"hidden.layers": 2, "hidden.1.size": 20})


@pytest.mark.parametrize(
    ("path", "given", "same"),
    [
        ("training.epochs", np.int64(3), 3),
        ("training.epochs", np.uint8(3), 3),
        ("training.epochs", np.array(3), 3),
        ("training.seed", np.int32(7), 7),
        ("training.continuous", np.bool_(True), True),
        ("plasticity.eta_hidden", np.float32(0.5), 0.5),
        ("plasticity.eta_hidden", np.float16(0.5), 0.5),
        ("plasticity.eta_hidden", np.int64(2), 2.0),
        ("hidden.sparsity", np.float64(0.25), 0.25),
        ("hidden.size", np.int64(30), 30),
        ("hidden.layers", np.int64(3), 3),
        ("hidden.model", np.str_("alif"), "alif"),
        ("recording.populations", np.array(["hidden", "output"]), ["hidden", "output"]),
        ("hidden.tau_m", 15 * ms, "15 ms"),
        ("hidden.tau_m", np.array([15.0, 20.0])[0] * ms, "15 ms"),
    ],
)
def test_numpy_values_are_plain_ones(path, given, same):
    assert MODEL.but({path: given}) == MODEL.but({path: same})
    section, _, key = path.partition(".")
    if path != "hidden.layers":
        assert Model(**{section: {key: given}}) == Model(**{section: {key: same}})


@pytest.mark.parametrize("given", [np.bool_(True), True, 3.0, np.float32(3), "3", None, [3]])
def test_what_is_no_whole_number_is_refused_as_one(given):
    for path in ("training.epochs", "training.seed", "hidden.size", "hidden.layers"):
        with pytest.raises(ModelError, match=path.replace(".", r"\.")) as error:
            MODEL.but({path: given})
        assert "\n" not in str(error.value)


def test_paths_are_paths(tmp_path):
    for key in ("file", "test_file"):
        model = MODEL.but({"task.name": "arrays", f"task.{key}": tmp_path / "x.npz"})
        assert getattr(model.task, key) == str(tmp_path / "x.npz")
    assert Model(task={"name": "idx", "folder": Path("a") / "b"}).task.folder == str(Path("a/b"))


def test_parameters_of_own_equations_may_be_of_numpy():
    own = spikingfa.load_model("digits_own_rule")
    given = {"plasticity.change": "2*gain_of_mine*teaching_post", "plasticity.synapse": ""}
    one, other = (
        own.but(given | {"plasticity.parameters": {"gain_of_mine": number}})
        for number in (np.float32(0.5), 0.5)
    )
    assert one == other


def test_plain_leaves_what_has_a_meaning_of_its_own():
    assert plain({"a": [np.int8(1), (np.float64(2.0),)]}) == {"a": [1, (2.0,)]}
    for value in (20 * ms, [1, 2] * ms, "text", None, MODEL, MODEL.hidden):
        assert plain(value) is value


# the fields of a model


def test_a_single_hidden_layer_is_read_without_an_index():
    assert MODEL.hidden.tau_m == MODEL.hidden[0].tau_m
    assert MODEL.hidden.size == MODEL.hidden[0].size
    assert "tau_m" in dir(MODEL.hidden)
    for name, value in dict(MODEL.hidden[0]).items():
        assert getattr(MODEL.hidden, name) is value


def test_hidden_layers_are_a_tuple_all_the_same():
    for model in (MODEL, TWO, Model(), Model(hidden=[{}, {}])):
        layers = model.hidden
        assert isinstance(layers, tuple)
        assert layers == tuple(layers)
        assert tuple(layers) == layers
        assert repr(layers) == repr(tuple(layers))
        assert len([*layers]) == len(layers)
        for other in (copy.copy(model), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
            assert other == model
            assert type(other.hidden) is type(layers)
        for other in (copy.copy(layers), copy.deepcopy(layers), pickle.loads(pickle.dumps(layers))):
            assert other == layers
            assert type(other) is type(layers)
        assert Model.model_validate(model.model_dump()) == model
        assert model.model_copy(update={"training": Training()}).hidden == layers
    assert MODEL.but({}) == MODEL


def test_of_several_hidden_layers_one_has_to_be_named():
    with pytest.raises(AttributeError, match=r"has 2 of them: model\.hidden\[0\]\.tau_m") as error:
        _ = TWO.hidden.tau_m
    assert "\n" not in str(error.value)
    with pytest.raises(AttributeError, match="there is no such field; did you mean 'tau_m'"):
        _ = MODEL.hidden.tau_n
    assert not hasattr(MODEL.hidden, "model_dump")
    assert not hasattr(MODEL.hidden, "_anything")


@pytest.mark.parametrize(
    ("section", "name", "path"),
    [
        (lambda model: model, "hidden", "hidden"),
        (lambda model: model.training, "epochs", "training.epochs"),
        (lambda model: model.hidden, "tau_m", "hidden.tau_m"),
        (lambda model: model.hidden[0], "tau_m", "hidden.tau_m"),
        (lambda model: model.output, "tau_m", "output.tau_m"),
        (lambda model: model.plasticity, "rule", "plasticity.rule"),
    ],
)
def test_assignment_says_how_a_changed_copy_is_made(section, name, path):
    model = MODEL.but({})
    with pytest.raises(ModelError) as error:
        setattr(section(model), name, 3)
    assert str(error.value) == (
        f'{path}: a model is frozen: model.but({{"{path}": 3}}) gives a changed copy'
    )
    assert model == MODEL


def test_no_field_is_deleted():
    with pytest.raises(ModelError, match=r"training\.epochs: a model is frozen"):
        del MODEL.training.epochs


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Model(hidden={"tau_m": "x"}), "hidden.tau_m: needs a time with its unit"),
        (lambda: Model(hidden=[{}, {"size": -1}]), "hidden.1.size: Input should be greater"),
        (lambda: Model(hiden={}), "hiden: there is no such key; did you mean 'hidden'?"),
        (lambda: Model(training=3), "training: Input should be"),
        (lambda: Training(epochs="x"), "epochs: Input should be a valid integer, got 'x'"),
        (lambda: Training(epoch=3), "epoch: there is no such key; did you mean 'epochs'?"),
        (lambda: HIDDEN["lif"](tau_n="1 ms"), "tau_n: there is no such key; did you mean 'tau_m'"),
        (lambda: Model(output={"model": "liff"}), "output.model: there is no neuron model 'liff'"),
    ],
)
def test_a_model_made_by_hand_is_refused_in_one_line(make, reason):
    with pytest.raises(ModelError) as error:
        make()
    assert str(error.value).startswith(reason)
    assert "\n" not in str(error.value)


# changes of whole sections


def test_whole_sections_are_changed():
    assert MODEL.but({"training": {"epochs": 3}}) == MODEL.but({"training.epochs": 3})
    assert MODEL.but(training={"epochs": 3}) == MODEL.but({"training.epochs": 3})
    other = MODEL.but({"training.epochs": 3, "training.seed": 9, "hidden.size": 5})
    assert MODEL.but(training=other.training).training == other.training
    assert MODEL.but(training=other.training).hidden == MODEL.hidden
    assert MODEL.but(hidden=other.hidden[0]) == MODEL.but({"hidden.size": 5})


def test_a_list_of_hidden_layers_changes_each():
    given = [{"size": 30}, {"size": 20, "tau_m": "15 ms"}, {}]
    model = MODEL.but({"hidden": given})
    assert [layer.size for layer in model.hidden] == [30, 20, MODEL.hidden.size]
    assert [str(layer.tau_m) for layer in model.hidden] == ["20. ms", "15. ms", "20. ms"]
    assert model == MODEL.but(hidden=given)
    kept = MODEL.but({"hidden.i_noise": "50 pA"}).but({"hidden": [{"size": 30}, {"size": 20}]})
    assert [str(layer.i_noise) for layer in kept.hidden] == ["50. pA", "50. pA"]


@pytest.mark.parametrize("name", ["adex", "alif", "izhikevich", "equations"])
def test_hidden_layers_of_another_model_are_taken_whole(name):
    other = MODEL.but({"hidden": [{"model": name, "size": 9}, {"size": 8}]})
    assert [(layer.model, layer.size) for layer in other.hidden] == [(name, 9), ("lif", 8)]
    assert MODEL.but(hidden=other.hidden) == other
    assert MODEL.but({"hidden": list(other.hidden)}) == other
    assert TWO.but({"hidden": [other.hidden[0]]}).hidden == other.hidden[:1]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"hidden": []}, "hidden.layers: needs a number from 1 to 100, got 0"),
        ({"hidden": [{"size": 3}, {"sise": 4}]}, "hidden.1.sise: there is no such key"),
        ({"hidden": [3]}, "hidden.0: needs the form section.key=value, such as"),
        ({"hidden": 3}, "hidden: needs the form section.key=value, such as"),
        ({"training": [{"epochs": 3}]}, "training: needs the form section.key=value, such as"),
        ({"hidden.0": 3}, "hidden.0: needs the form section.key=value, such as"),
        ({3: 4}, "needs a path such as 'hidden.tau_m', got 3"),
        ("hidden.size=3", "needs changes such as"),
        ([("hidden.size", 3)], "needs changes such as"),
    ],
)
def test_changes_that_are_none_are_refused_in_one_line(changes, reason):
    with pytest.raises(ModelError) as error:
        MODEL.but(changes)
    assert str(error.value).startswith(reason)


# what else is handed in: perturbations, sweeps


def test_a_perturbation_takes_numbers_of_numpy():
    given = spikingfa.Perturbation(
        kill=np.float64(0.25), weight_noise=np.float32(0.5), noise=20 * pA, seed=np.int64(2)
    )
    same = spikingfa.Perturbation(kill=0.25, weight_noise=0.5, noise=20 * pA, seed=2)
    assert given == same
    assert given.name == same.name == "kill-0.25-weight_noise-0.5-noise-20.pA-seed-2"
    assert type(given.kill) is float
    assert type(given.seed) is int


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"kill": "0.2"}, "kill: needs a part from 0 to 1, got '0.2'"),
        ({"kill": True}, "kill: needs a part from 0 to 1, got True"),
        ({"kill": np.bool_(True)}, "kill: needs a part from 0 to 1, got True"),
        ({"kill": np.nan}, "kill: needs a part from 0 to 1, got nan"),
        ({"weight_noise": "1"}, "weight_noise: needs a number, got '1'"),
        ({"weight_noise": np.inf}, "weight_noise: needs a number, got inf"),
        ({"noise": 3}, "noise: needs a current with its unit"),
        ({"noise": "50 mV"}, "noise: needs a current with its unit"),
        ({"presentation": 30}, "presentation: needs a time with its unit"),
        ({"seed": -1}, "seed: needs a whole number from 0 on, got -1"),
        ({"seed": 1.0}, "seed: needs a whole number from 0 on, got 1.0"),
        ({"seed": None}, "seed: needs a whole number from 0 on, got None"),
    ],
)
def test_a_perturbation_that_is_none_is_refused_in_one_line(given, reason):
    with pytest.raises(ModelError) as error:
        spikingfa.Perturbation(**given)
    assert str(error.value).startswith(reason)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("given", "seeds"),
    [
        (3, [1, 2, 3]),
        (np.int64(2), [1, 2]),
        (np.arange(3), [0, 1, 2]),
        (range(4, 6), [4, 5]),
        ([np.uint8(7), 3], [7, 3]),
        ((seed for seed in (5, 6)), [5, 6]),
    ],
)
def test_seeds_are_numbers_or_how_many(given, seeds):
    assert _checked_seeds(given, {}) == seeds


@pytest.mark.parametrize(
    "given",
    [0, -1, True, 2.0, [1.5], [True], ["a"], "12", None, [], [1, 1], [-1], {}, np.array(1.5)],
)
def test_seeds_that_are_none_are_refused_in_one_line(given, tmp_path):
    with pytest.raises(ModelError, match=r"^seeds: needs different whole numbers from 0 on") as e:
        spikingfa.sweep(MODEL, {"hidden.size": [3]}, given, out=tmp_path / "sweep")
    assert "\n" not in str(e.value)
    assert not any(tmp_path.iterdir())


def test_values_of_a_sweep_may_be_of_numpy():
    given = {
        "hidden.size": np.array([10, 20]),
        "plasticity.eta_hidden": np.array([0.5, 1.0], np.float32),
        "training.continuous": [np.bool_(False), np.bool_(True)],
        "task.file": (Path("a.npz"),),
        "hidden.tau_m": [10, 20] * ms,
        "hidden.i_noise": Range(0, np.int64(3)),
    }
    found = space_of(given)
    assert found["hidden.size"] == (10, 20)
    assert [type(value) for value in found["hidden.size"]] == [int, int]
    assert found["plasticity.eta_hidden"] == (0.5, 1.0)
    assert found["training.continuous"] == (False, True)
    assert Column.of("x", found["training.continuous"]).cell(found["training.continuous"][0]) == (
        "false"
    )
    assert found["task.file"] == ("a.npz",)
    assert found["hidden.tau_m"] == (10 * ms, 20 * ms)
    assert found["hidden.i_noise"].integers
    assert Range(np.int64(1), np.int16(3)) == Range(1, 3)
    assert Range(np.float32(0.5), 2, log=True).ends == (0.5, 2)


@pytest.mark.parametrize("given", [10, np.array(10), 20 * ms, "10 ms", {"a": 1}, None])
def test_one_value_of_a_sweep_is_no_list(given):
    with pytest.raises(ModelError, match=r"^hidden\.size: needs a list of values or a Range"):
        space_of({"hidden.size": given})


@pytest.mark.parametrize("name", ["random", "optuna", "jobs"])
@pytest.mark.parametrize("given", [0, -1, True, 2.5, "3"])
def test_numbers_of_a_sweep_are_whole(name, given, tmp_path):
    with pytest.raises(ModelError, match=f"^{name}: needs a whole number from 1 on, got"):
        spikingfa.sweep(MODEL, {"hidden.size": [3]}, out=tmp_path / "sweep", **{name: given})
    with pytest.raises(ModelError, match=r"^draws_seed: needs a whole number from 0"):
        spikingfa.sweep(MODEL, {"hidden.size": [3]}, out=tmp_path / "sweep", draws_seed=-1)
