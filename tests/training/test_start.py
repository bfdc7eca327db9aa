"""A training that begins with the weights of another one."""

import numpy as np
import pytest
from helpers.stopping import assert_same_run, stop_at

import spikingfa
from spikingfa.cli.main import main
from spikingfa.model.files import write_model
from spikingfa.training import chunks

FROZEN = {"plasticity.eta_hidden": 0, "plasticity.eta_output": 0}


def from_the_run(model, tiny_run, out, **options):
    return spikingfa.train(model, out=out, start=tiny_run, progress=False, **options)


def test_nothing_changes_where_nothing_learns(tiny_model, tiny_run, tmp_path):
    """Another seed would draw other weights; the network is that of the run it began with."""
    model = tiny_model.but(FROZEN | {"training.seed": 7})
    run = from_the_run(model, tiny_run, tmp_path / "run")
    for name, array in tiny_run.arrays.items():
        if name.endswith((".w", ".b")):
            np.testing.assert_array_equal(run.arrays[name], array, err_msg=name)
            np.testing.assert_array_equal(run.start[name], array, err_msg=name)
    last = tiny_run.history["test_error"][-1]
    np.testing.assert_array_equal(run.history["test_error"], [last, last])


def test_one_layer_after_the_other(tiny_model, tiny_run, tmp_path):
    """Only what learns changes; a folder, a run and its arrays say the same."""
    hidden = tiny_model.but({"plasticity.eta_output": 0})
    runs = [
        spikingfa.train(hidden, out=tmp_path / name, start=start, progress=False)
        for name, start in (
            ("folder", str(tiny_run.folder)),
            ("run", tiny_run),
            ("arrays", tiny_run.arrays),
        )
    ]
    for run in runs:
        assert_same_run(run, runs[0])
        changed = {n for n, a in tiny_run.arrays.items() if (run.arrays[n] != a).any()}
        assert "input_to_hidden.w" in changed
        assert not {"hidden_to_output.w", "feedback_to_hidden.b"} & changed


def test_without_it_nothing_is_kept(tiny_run):
    assert not (tiny_run.folder / "start.npz").exists()


@pytest.fixture
def model(tiny_model, monkeypatch):
    """48 training samples in chunks of 16, with feedback that learns: all that can be carried."""
    for name in ("CHUNK", "CHUNK_OF_FOLLOWING"):
        monkeypatch.setattr(chunks, name, 16)
    changes = {"feedback.kind": "kolen_pollack", "plasticity.homeostasis": "2 pA"}
    return tiny_model.but({"training.epochs": 2, "training.seed": 3} | changes)


@pytest.mark.long
def test_stopped_and_gone_on_with(model, tiny_run, tmp_path, monkeypatch):
    """It goes on bit for bit, told what it began with or not."""
    expected = from_the_run(model, tiny_run, tmp_path / "expected")
    for n in (1, 4, 8):  # before learning, in an epoch, between epochs
        out = tmp_path / f"stopped-{n}"
        with monkeypatch.context() as patch:
            stop_at(patch, n)
            with pytest.raises(KeyboardInterrupt):
                from_the_run(model, tiny_run, out)
        start = tiny_run if n % 2 else None
        run = spikingfa.train(model, out=out, resume=True, start=start, progress=False)
        assert_same_run(run, expected)


@pytest.mark.long
def test_another_start_is_refused(model, tiny_run, tmp_path):
    out = tmp_path / "run"
    from_the_run(model, tiny_run, out)
    other = {name: array + 1e-12 for name, array in tiny_run.arrays.items()}
    with pytest.raises(spikingfa.RunFolderError, match="it began with other weights"):
        spikingfa.train(model, out=out, start=other, resume=True, progress=False)
    drawn = tmp_path / "drawn"
    spikingfa.train(model, out=drawn, progress=False)
    with pytest.raises(spikingfa.RunFolderError, match="it began with weights that were drawn"):
        from_the_run(model, tiny_run, drawn, resume=True)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"hidden.size": 20}, "input_to_hidden.w has the shape (6, 12), the model needs (6, 20)"),
        ({"hidden.layers": 2}, "there is no input_to_hidden_0.w"),
        ({"hidden.recurrent": "fixed"}, "there is no hidden_to_hidden.w"),
        ({"input.excitatory": 0.5}, "there is no input.polarity"),
    ],
)
def test_what_does_not_fit_is_told_in_one_line(changes, told, tiny_model, tiny_run, tmp_path):
    with pytest.raises(spikingfa.ModelError) as caught:
        from_the_run(tiny_model.but(changes), tiny_run, tmp_path / "run")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"hidden_2_to_output.w": np.zeros((12, 3))}, "the model has no hidden_2_to_output"),
        ({"input_to_hidden.w": np.full((6, 12), np.nan)}, "not all of input_to_hidden.w are"),
    ],
)
def test_weights_of_more_layers_and_no_numbers(changed, told, tiny_model, tiny_run, tmp_path):
    weights = tiny_run.arrays | changed
    with pytest.raises(spikingfa.ModelError) as caught:
        spikingfa.train(tiny_model, out=tmp_path / "run", start=weights, progress=False)
    assert told in str(caught.value)


def test_synapses_that_are_not_there_have_no_weight(tiny_model, tiny_run, tmp_path):
    run = from_the_run(tiny_model.but({"hidden.sparsity": 0.5}), tiny_run, tmp_path / "run")
    absent = run.arrays["input_to_hidden.mask"] == 0
    assert absent.sum() == 36
    assert not run.arrays["input_to_hidden.w"][absent].any()


def test_the_command(tiny_model, tiny_run, tmp_path, capsys):
    write_model(tiny_model, tmp_path / "tiny.toml")
    command = ["run", str(tmp_path / "tiny.toml"), "--out", str(tmp_path / "run"), "--start"]
    assert main([*command, str(tiny_run.folder)]) == 0
    assert (tmp_path / "run" / "start.npz").exists()
    assert main([*command, str(tmp_path / "nothing"), "--force"]) == 2
    assert f"the run folder {tmp_path / 'nothing'} does not exist" in capsys.readouterr().err
