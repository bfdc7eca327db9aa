"""What a user of Python hands in: NumPy's numbers, paths, names, whole sections."""

import copy
import pickle
from pathlib import Path

import numpy as np
import pytest
from brian2 import ms

import spikingfa
from spikingfa.errors import ModelError
from spikingfa.layers import HIDDEN
from spikingfa.model import Model, Training
from spikingfa.plain_values import plain

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
