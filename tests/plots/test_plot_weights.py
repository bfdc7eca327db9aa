"""Weights on the way through learning: what is kept of them, and how they are drawn."""

import shutil
from itertools import pairwise

import numpy as np
import pytest
from helpers.drawn import image_data, overlap
from matplotlib.figure import Figure

import spikingfa
from spikingfa import DataError, ModelError, plots
from spikingfa.tasks import Data, load_data
from spikingfa.training.start import weights_before

FORWARD = ["input_to_hidden.w", "hidden_to_output.w"]
LEARNING = {"training.epochs": 3, "recording.weights": True, "hidden.sparsity": 0.5}


@pytest.fixture(scope="module")
def kept(tiny_model, tmp_path_factory):
    """A run that keeps its weights, of three epochs, half of its first synapses absent."""
    folder = tmp_path_factory.mktemp("kept") / "run"
    return spikingfa.train(tiny_model.but(LEARNING), out=folder, progress=False)


def shares(ax):
    return [patch.get_data() for patch in ax.patches]


def test_weights_are_kept_before_learning_and_after_every_epoch(kept):
    assert kept.kept_epochs == [0, 1, 2, 3]
    for name, array in kept.arrays.items():
        np.testing.assert_array_equal(kept.arrays_after(3)[name], array)
    w = [kept.arrays_after(epoch)["hidden_to_output.w"] for epoch in kept.kept_epochs]
    assert all((one != other).any() for one, other in pairwise(w))
    assert sorted(path.name for path in (kept.folder / "weights").iterdir())[0] == "epoch_000.npz"


def test_keeping_them_changes_nothing(tiny_model, tiny_run, tmp_path):
    model = tiny_model.but({"recording.weights": True})
    run = spikingfa.train(model, out=tmp_path / "run", progress=False)
    assert tiny_run.kept_epochs == []
    assert run.arrays.keys() == tiny_run.arrays.keys()
    for name, array in tiny_run.arrays.items():
        np.testing.assert_array_equal(run.arrays[name], array)


def test_a_run_that_is_replaced_leaves_no_weights(kept, tiny_model, tmp_path):
    shutil.copytree(kept.folder, tmp_path / "run")
    run = spikingfa.train(tiny_model, out=tmp_path / "run", force=True, progress=False)
    assert run.kept_epochs == []
    assert not (run.folder / "weights").exists()


def test_weights_before_learning_are_drawn_again_from_the_seed(kept, tmp_path):
    """As if they had not been kept."""
    shutil.copytree(kept.folder, tmp_path / "run")
    shutil.rmtree(tmp_path / "run" / "weights")
    drawn, stored = weights_before(spikingfa.open_run(tmp_path / "run")), weights_before(kept)
    assert list(drawn) == list(stored) == FORWARD
    for name in FORWARD:
        np.testing.assert_array_equal(drawn[name], stored[name])
        np.testing.assert_array_equal(drawn[name], kept.arrays_after(0)[name])


def test_weights_before_learning_may_be_those_of_another_run(tiny_model, tiny_run, tmp_path):
    run = spikingfa.train(tiny_model, out=tmp_path / "run", start=tiny_run, progress=False)
    for name, w in weights_before(run).items():
        np.testing.assert_array_equal(w, tiny_run.arrays[name])


def test_weights_before_learning_need_the_right_data(tiny_run):
    x, y = np.ones((6, 4), np.float32), np.arange(6) % 3
    with pytest.raises(ModelError, match="was trained on other data"):
        weights_before(tiny_run, Data(x, y, x, y, ("0", "1", "2")))


def test_histograms_of_all_projections_before_and_after(kept, tiny_run):
    fig = plots.plot_weights(tiny_run)
    assert [ax.get_title(loc="left") for ax in fig.axes] == ["input to hidden", "hidden to output"]
    assert [text.get_text() for text in fig.axes[0].get_legend().get_texts()] == [
        "epoch 0",
        "epoch 1",
    ]
    before = weights_before(tiny_run)
    for ax, name in zip(fig.axes, FORWARD):
        assert ax.get_xlabel() == "w (pA)"
        for (share, edges, _), w in zip(shares(ax), (before[name], tiny_run.arrays[name])):
            assert share.sum() == pytest.approx(100)
            counts = np.histogram(1e12 * w, edges)[0]
            np.testing.assert_allclose(share, 100 * counts / w.size)


def test_synapses_that_are_not_there_do_not_count(kept):
    ax = plots.plot_weights(kept, epochs=[3]).axes[0]
    ((share, edges, _),) = shares(ax)
    w = kept.arrays["input_to_hidden.w"][kept.arrays["input_to_hidden.mask"] > 0]
    assert w.size == 36
    np.testing.assert_allclose(share, 100 * np.histogram(1e12 * w, edges)[0] / 36)


def test_quantiles_over_epochs_where_weights_were_kept(kept):
    fig = plots.plot_weights(kept, ["hidden_to_output.w"], epochs=[0, 2])
    histogram, course = fig.axes
    assert len(shares(histogram)) == 2
    w = [1e12 * kept.arrays_after(epoch)["hidden_to_output.w"] for epoch in range(4)]
    np.testing.assert_allclose(course.lines[0].get_ydata(), [np.median(part) for part in w])
    outer = course.collections[0].get_paths()[0].vertices
    last = outer[outer[:, 0] == 3, 1]
    assert [last.min(), last.max()] == pytest.approx(np.percentile(w[3], [5, 95]))
    assert course.get_ylabel() == "w (pA)"


def test_feedback_weights_have_no_unit(kept):
    fig = plots.plot_weights(kept, "feedback_to_hidden.b")
    assert fig.axes[0].get_xlabel() == "b"
    first, last = shares(fig.axes[0])
    np.testing.assert_array_equal(first[0], last[0])  # fixed


def test_without_record_and_data_only_the_end_is_drawn(tiny_run, tmp_path):
    shutil.copytree(tiny_run.folder, tmp_path / "run")
    model = (tmp_path / "run" / "model.toml").read_text()
    gone = model.replace(tiny_run.model.task.file, str(tmp_path / "gone.npz"))
    (tmp_path / "run" / "model.toml").write_text(gone)
    run = spikingfa.open_run(tmp_path / "run")
    assert len(shares(plots.plot_weights(run).axes[0])) == 2
    (tmp_path / "run" / "data.json").unlink()  # as an older version left it
    run = spikingfa.open_run(tmp_path / "run")
    assert len(shares(plots.plot_weights(run).axes[0])) == 1
    data = load_data(tiny_run.model.task)
    assert len(shares(plots.plot_weights(run, data=data).axes[0])) == 2


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ({"names": ["input_to_hiden.w"]}, r"did you mean 'input_to_hidden.w'\?"),
        ({"names": ["input_to_hidden.mask"]}, "there are no weights 'input_to_hidden.mask'"),
        ({"epochs": [4]}, "no such epochs: 4; there are 4: epochs 0 to 3"),
    ],
)
def test_weights_that_are_not_there_are_refused(what, says, kept):
    with pytest.raises(ValueError, match=says):
        plots.plot_weights(kept, **what)


@pytest.mark.parametrize("width", [3.5, 7.0])
def test_no_text_is_clipped_or_overlaps(kept, width):
    fig = plots.plot_weights(kept, epochs=[0, 1, 2, 3], width=width)
    fig.draw_without_rendering()
    notes = [text for ax in fig.axes[:2] for text in ax.get_legend().get_texts()]
    notes += [label for ax in fig.axes for label in (ax.xaxis.label, ax.yaxis.label)]
    boxes = [note.get_window_extent().padded(-0.01) for note in notes]
    boxes += [ax._left_title.get_window_extent() for ax in fig.axes[::2]]
    assert all(fig.bbox.contains(*corner) for box in boxes for corner in box.get_points())
    assert not overlap(boxes)


# receptive fields


def test_receptive_fields_are_images_of_the_incoming_weights(tiny_run):
    w = 1e12 * tiny_run.arrays["input_to_hidden.w"]
    fig = plots.plot_receptive_fields(tiny_run, [4, 0], data=image_data())
    *cells, bar = fig.axes
    assert [ax.get_title() for ax in cells] == ["4", "0"]
    assert bar.get_ylabel() == "w (pA)"
    for ax, neuron in zip(cells, (4, 0)):
        (image,) = ax.images
        np.testing.assert_allclose(image.get_array(), w[:, neuron].reshape(2, 3))
        low, high = image.get_clim()
        assert -low == high == pytest.approx(np.abs(w[:, [4, 0]]).max())


@pytest.mark.parametrize("n", [1, 7, 12])
def test_receptive_fields_fill_rows_and_keep_apart(tiny_run, n):
    fig = plots.plot_receptive_fields(tiny_run, range(n), data=image_data())
    assert len(fig.axes) == n + 1
    fig.draw_without_rendering()
    boxes = [ax.get_tightbbox().padded(-1) for ax in fig.axes]
    assert all(fig.bbox.contains(*corner) for box in boxes for corner in box.get_points())
    assert not overlap(boxes)
    box = fig.axes[0].bbox
    assert box.height / box.width == pytest.approx(2 / 3)


def test_receptive_fields_are_refused_where_there_are_no_images(tiny_run):
    with pytest.raises(DataError, match="need images, which the stimuli of arrays are not"):
        plots.plot_receptive_fields(tiny_run)
    with pytest.raises(DataError, match="images of 3 x 3 do not fit 6 input neurons"):
        plots.plot_receptive_fields(tiny_run, data=image_data((3, 3)))
    with pytest.raises(IndexError, match="no such neurons"):
        plots.plot_receptive_fields(tiny_run, [12], data=image_data())


def test_given_figures_keep_their_size(tiny_run):
    for draw in (plots.plot_weights, plots.plot_receptive_fields):
        fig = Figure(figsize=(5, 4))
        assert draw(tiny_run, data=image_data(), figure=fig) is fig
        assert fig.get_size_inches().tolist() == [5, 4]
