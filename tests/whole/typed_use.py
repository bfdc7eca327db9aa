"""A user's script that names everything public; it is read by mypy, and not carried out.

``assert_type`` says what a checker knows of a result. What is wrong stands in `test_types.py`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, assert_type

import numpy as np
from brian2 import pA
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase

import spikingfa


def models() -> spikingfa.Model:
    names = assert_type(spikingfa.shipped_models(), dict[str, str])
    model = assert_type(spikingfa.load_model(next(iter(names))), spikingfa.Model)
    model = assert_type(
        model.but({"hidden.tau_m": "15 ms"}, training={"epochs": 2}), spikingfa.Model
    )
    spikingfa.write_model(model, Path("model.toml"))
    assert_type(spikingfa.parameter_table(model), str)
    assert_type(spikingfa.equations(model, "hidden"), str)
    assert_type(model.training.epochs, int)
    assert_type(model.hidden[0].size, int)
    assert_type(model.feedback.kind, str)
    return model


def look(training: spikingfa.Training) -> None:
    assert_type(training.epoch, int)
    assert_type(training.history, dict[str, np.ndarray])
    assert_type(training.run, spikingfa.Run)
    if training.spikes.duration > 1:
        training.stop()


def trained(model: spikingfa.Model) -> spikingfa.Run:
    keep = spikingfa.KeepBest()
    run = spikingfa.train(
        model,
        seed=1,
        out="runs/typed",
        callbacks=[look, keep, spikingfa.EarlyStopping(), spikingfa.LiveFigure("raster")],
        every="500 trials",
        progress=False,
    )
    assert_type(run, spikingfa.Run)
    assert_type(keep.epoch, int | None)
    for training in spikingfa.train_epochs(model, seed=2):
        assert_type(training, spikingfa.Training)
    stages: list[dict[str, Any]] = [{"epoch": 2, "changes": {"training.trial": "50 ms"}}]
    spikingfa.train("digits_fa", start=run, stages=stages)
    spikingfa.train(model, start=run.weights)
    return assert_type(run.resume(epochs=2), spikingfa.Run)


def draw(trial: int, rng: np.random.Generator) -> tuple[np.ndarray, str]:
    return rng.random(64), "up" if trial % 2 else "down"


def data(model: spikingfa.Model) -> Iterator[spikingfa.Run]:
    x, y = np.zeros((10, 64)), np.zeros(10, int)
    yield spikingfa.train(model, data=(x, y))
    yield spikingfa.train(model, data=spikingfa.Stimuli(draw, classes=["up", "down"], n_train=10))
    events = spikingfa.Events.listed([0.01], [3], [0], n_stimuli=1, n_units=64)
    assert_type(events.of(0), tuple[np.ndarray, np.ndarray])


def results(run: spikingfa.Run) -> None:
    assert_type(run.history["epoch"], np.ndarray)
    assert_type(run.metrics, dict[str, Any])
    assert_type(run.arrays, dict[str, np.ndarray])
    strongest = abs(run.weights["hidden_to_output.w"]).max() / pA
    print(strongest)
    damage = spikingfa.Perturbation(kill=0.2, noise=20 * pA)
    evaluation = assert_type(spikingfa.evaluate(run, damage), spikingfa.Evaluation)
    assert_type(run.test(damage), spikingfa.Evaluation)
    assert_type(evaluation.error, float)
    prediction = assert_type(spikingfa.predict(run, np.zeros((1, 64))), spikingfa.Prediction)
    assert_type(prediction.labels, tuple[str, ...])
    recording = assert_type(spikingfa.record(run, ["hidden.v"], trials=2), spikingfa.Recording)
    assert_type(recording.traces["hidden.v"], spikingfa.Trace)
    assert_type(recording.spikes, spikingfa.Spikes)
    assert_type(run.spikes.of("hidden"), tuple[np.ndarray, np.ndarray])
    assert_type(spikingfa.recordable(run), dict[str, str])
    assert_type(spikingfa.open_run("runs/typed"), spikingfa.Run)
    assert_type(spikingfa.export_run(run, "csv"), list[Path])
    assert_type(spikingfa.report(run), Path)
    assert_type(spikingfa.methods_section(run, path="methods.tex"), str)
    spikingfa.to_neo(run, by_trial=False)
    assert_type(spikingfa.from_neo(None, "side"), tuple[spikingfa.Events, np.ndarray])
    spikingfa.brian2_network(run, trials=1)


def many(model: spikingfa.Model) -> None:
    variants = spikingfa.compare(model, "feedback.kind", ["direct", "none"], seeds=2, out="kinds")
    assert_type(variants, list[spikingfa.Variant])
    assert_type(variants[0].errors, np.ndarray)
    over = {"hidden.size": [50, 100], "plasticity.eta_hidden": spikingfa.Range(0.01, 1.0, log=True)}
    spikingfa.plot_sweep(spikingfa.sweep(model, over, seeds=2, random=5))
    table = spikingfa.open_sweep("sweeps/sweep-001")
    assert_type(spikingfa.plot_sweep_map(table, "hidden.size", "plasticity.eta_hidden"), Axes)
    assert_type(spikingfa.experiments(), dict[str, str])
    result = assert_type(spikingfa.run_experiment("flow"), spikingfa.ExperimentResult)
    assert_type(result.claims[0].holds, bool | None)
    spikingfa.plot_comparison(variants)


def figures(run: spikingfa.Run) -> None:
    spikingfa.use_style()
    with spikingfa.style():
        spikingfa.save_figure(spikingfa.plot_raster(run, trials=[0, 4], width=3.5), "raster.png")
    test = run.test()
    drawn: list[FigureBase | Axes] = [
        spikingfa.plot_alignment(run.history),
        spikingfa.plot_learning_curve(run.history),
        spikingfa.plot_rates(run.history),
        spikingfa.plot_depth(run.history),
        spikingfa.plot_confusion(test.confusion, test.classes),
        spikingfa.plot_error_over_time(test.durations, test.errors),
        spikingfa.plot_fi("digits_fa"),
        spikingfa.plot_population_rates(run, ["hidden"]),
        spikingfa.plot_psth(run, ["hidden"], bin_width="5 ms"),
        spikingfa.plot_tuning(run, "hidden", neurons=[0, 1]),
        spikingfa.plot_selectivity(run),
        spikingfa.plot_isi(run, ["hidden"], window=("0 ms", "80 ms")),
        spikingfa.plot_correlation(run, "hidden", sort="class"),
        spikingfa.plot_receptive_fields(run, neurons=[0, 1]),
        spikingfa.plot_traces(run.recording()),
        spikingfa.plot_weights(run),
    ]
    print(drawn)
    spikingfa.animate_trial(run, "trial.gif", trial=0)
    page = spikingfa.interactive_raster(run, trials="0:3", populations=["hidden"])
    assert_type(assert_type(page, spikingfa.InteractiveRaster).save("raster.html"), Path)
    box = spikingfa.sliders(run.model, {"hidden.tau_m": ("10 ms", "30 ms")})
    tweaked: spikingfa.Tweaked = box.tweaked
    assert_type(tweaked.run, spikingfa.Run | None)


def mistakes(given: spikingfa.Data) -> str:
    try:
        spikingfa.train("digits_fa", data=given)
    except (spikingfa.ModelError, spikingfa.DataError, spikingfa.RunFolderError) as error:
        return str(error)
    except (spikingfa.BuildError, spikingfa.SimulationError, spikingfa.ClusterError) as error:
        return str(error)
    except spikingfa.SelectionError as error:
        return str(error)
    except spikingfa.SpikingFAError as error:
        return str(error)
    assert issubclass(spikingfa.SpikingFAWarning, UserWarning)
    return spikingfa.__version__
