"""A trial as an animation: frames, what they show, and that files are whole or not at all."""

import shutil
from dataclasses import replace

import matplotlib
import numpy as np
import pytest
from brian2 import ms
from helpers.drawn import DURATION, image_data, make_spikes
from matplotlib import pyplot
from matplotlib.animation import PillowWriter
from PIL import Image

from spikingfa import plots
from spikingfa.plots.animation import HELD
from spikingfa.plots.colours import cycle
from spikingfa.plots.film import Film, Scene
from spikingfa.plots.trials import join_trials

SIZES = {"hidden": 30, "output": 10}


@pytest.fixture(scope="module")
def spikes():
    return make_spikes(3, sizes=SIZES)


def film_of(spikes, trial=0, **known):
    scene = Scene(join_trials(spikes, np.array([trial])), **known)
    return Film(scene, list(spikes.populations))


@pytest.mark.parametrize("time", [0.013, 0.05, DURATION])
def test_a_frame_shows_the_spikes_so_far_and_counts_those_of_the_output(spikes, time):
    film = film_of(spikes, 1)
    film.show(time)
    for (line, _), name in zip(film.bands, spikes.populations, strict=True):
        t, i = spikes.of(name)
        past = (t >= DURATION) & (t < DURATION + time)
        np.testing.assert_allclose(line.get_xdata(), 1e3 * (t[past] - DURATION), atol=1e-6)
        np.testing.assert_array_equal(line.get_ydata(), i[past])
    counts = np.bincount(i[past], minlength=10)  # of the output, which comes last
    assert [bar.get_width() for bar in film.bars] == counts.tolist()
    assert film.time.get_text() == f"{1e3 * time:.0f} ms"


def test_the_answer_comes_at_the_end_in_red_if_it_is_wrong(spikes):
    for trial, colour in ((0, cycle()[2]), (1, cycle()[1])):
        film = film_of(spikes, trial)
        film.show(0.05)
        assert film.answer.get_text() == ""
        film.show(DURATION)
        assert film.answer.get_text() == f"predicted {spikes.predictions[trial]}"
        assert film.answer.get_color() == colour


def test_late_spikes_alone_count_where_the_readout_is_late(spikes):
    film = film_of(spikes, counted_from=0.04)
    film.show(DURATION)
    t, _ = spikes.of("output")
    assert sum(bar.get_width() for bar in film.bars) == np.sum((t >= 0.04) & (t < DURATION))


def test_trials_without_classes_have_no_answer(spikes):
    film = film_of(replace(spikes, labels=("",) * 3, predictions=("",) * 3))
    film.show(DURATION)
    assert film.answer.get_text() == ""


def test_an_image_is_shown_with_its_class(spikes):
    film = film_of(spikes, 2, image=np.eye(3), classes=tuple("abcdefghij"))
    shown = next(ax for ax in film.figure.axes if ax.images)
    np.testing.assert_array_equal(shown.images[0].get_array(), np.eye(3))
    assert shown.get_title() == "true class 2"
    names = [label.get_text() for label in film.figure.axes[-1].get_yticklabels()]
    assert names == list("abcdefghij")


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("step", "n"), [(20 * ms, 5), (0.03, 4), ("50 ms", 2)])
def test_a_gif_has_a_frame_per_step_and_holds_the_last(spikes, tmp_path, step, n):
    plots.animate_trial(spikes, tmp_path / "a.gif", step=step)
    with Image.open(tmp_path / "a.gif") as film:
        durations = []
        for k in range(film.n_frames):
            film.seek(k)
            durations.append(film.info["duration"])
        assert film.size == (960, 540)
    assert sum(durations) == 50 * (n + HELD)
    assert [path.name for path in tmp_path.iterdir()] == ["a.gif"]


@pytest.mark.long
def test_the_stimulus_of_a_run_is_that_of_its_trial(tiny_run, tmp_path, monkeypatch):
    seen, data = [], image_data()
    monkeypatch.setattr(
        plots.animation, "Film", lambda scene, shown: seen.append(scene) or Film(scene, shown)
    )
    plots.animate_trial(tiny_run, tmp_path / "a.gif", trial=1, step="100 ms", data=data)
    np.testing.assert_array_equal(seen[0].image, data.x_test[1].reshape(2, 3))  # of class 1
    assert seen[0].classes == data.classes
    assert (tmp_path / "a.gif").read_bytes().startswith(b"GIF")


def test_videos_need_ffmpeg(spikes, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match=r"^there is no program ffmpeg, .*\.gif needs none$"):
        plots.animate_trial(spikes, tmp_path / "a.mp4", step="50 ms")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="no program ffmpeg")
def test_a_video(spikes, tmp_path):
    plots.animate_trial(spikes, tmp_path / "a.mp4", step="50 ms")
    assert b"ftyp" in (tmp_path / "a.mp4").read_bytes()[:16]


@pytest.mark.parametrize(
    ("name", "what", "error", "says"),
    [
        ("a.avi", {}, ValueError, r"must end in \.gif or \.mp4"),
        ("none/a.gif", {}, FileNotFoundError, "no folder"),
        ("a.gif", {"trial": 3}, IndexError, "no such trials"),
        ("a.gif", {"populations": ["hiden"]}, ValueError, "did you mean 'hidden'"),
        ("a.gif", {"step": 0}, ValueError, "step: needs a time within a trial of 100 ms"),
        ("a.gif", {"step": "1 s"}, ValueError, "got 1000 ms"),
    ],
)
def test_what_cannot_be_animated_is_told_in_one_line(spikes, tmp_path, name, what, error, says):
    with pytest.raises(error, match=says):
        plots.animate_trial(spikes, tmp_path / name, **what)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_animation_keeps_the_old_file_and_leaves_no_part(
    spikes, tmp_path, monkeypatch
):
    def interrupt(self, **_):
        raise KeyboardInterrupt

    (tmp_path / "a.gif").write_bytes(b"old")
    monkeypatch.setattr(PillowWriter, "grab_frame", interrupt)
    with pytest.raises(KeyboardInterrupt):
        plots.animate_trial(spikes, tmp_path / "a.gif", step="50 ms")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_settings_and_pyplot_stay_as_they_were(spikes, tmp_path):
    before = dict(matplotlib.rcParams)
    plots.animate_trial(spikes, tmp_path / "a.gif", step="100 ms")
    assert dict(matplotlib.rcParams) == before
    assert pyplot.get_fignums() == []


def test_deep_networks_fit():
    sizes = dict.fromkeys(["input", "hidden_0", "hidden_1", "output", "teacher"], 10)
    errors = [
        f"error_{sign}{layer}" for layer in ("", "_hidden_0", "_hidden_1") for sign in ("on", "off")
    ]
    spikes = make_spikes(1, sizes=sizes | dict.fromkeys(errors, 10))
    film = film_of(spikes)
    film.show(DURATION)
    film.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for ax in film.figure.axes[1:-1] for text in ax.texts]
    assert len(boxes) == 11
    assert not any(one.overlaps(other) for k, one in enumerate(boxes) for other in boxes[k + 1 :])
