"""Exported spikes are read back by the libraries of their formats, and are the recorded ones.

Networks: see `test_script` and `test_nir`.
"""

import csv
import errno
import re
import sys
from dataclasses import replace
from unittest.mock import Mock

import numpy as np
import pytest

from spikingfa.base.errors import ModelError
from spikingfa.cli.main import main
from spikingfa.export import FORMATS, export, neo_block
from spikingfa.export.hdf5 import written_in_one_go
from spikingfa.export.trains import trains
from spikingfa.run_folder.spikes import Spikes


@pytest.fixture
def spikes(tiny_run):
    return tiny_run.spikes


def expected(spikes: Spikes) -> dict[tuple[str, int], np.ndarray]:
    """Spike times of every neuron, found one by one."""
    return {
        (name, neuron): np.sort(spikes.of(name)[0][spikes.of(name)[1] == neuron])
        for name, size in zip(spikes.populations, spikes.sizes)
        for neuron in range(size)
    }


def assert_same_trains(found: dict, spikes: Spikes) -> None:
    wanted = expected(spikes)
    assert found.keys() == wanted.keys()
    assert sum(map(len, found.values())) == len(spikes.t) > 100
    for key, t in wanted.items():
        np.testing.assert_allclose(found[key], t, atol=1e-9)


def test_trains_are_those_of_each_neuron(spikes):
    assert_same_trains({(t.population, t.neuron): t.t for t in trains(spikes)}, spikes)


def test_csv(tiny_run, spikes, tmp_path):
    spikes_file, trials_file = export(tiny_run, "csv", tmp_path / "a.csv")
    with open(spikes_file, newline="") as file:
        rows = list(csv.DictReader(file))
    found = {key: [] for key in expected(spikes)}
    for row in rows:
        found[row["population"], int(row["neuron"])].append(float(row["time_s"]))
        onset = spikes.onsets[int(row["trial"])]
        assert 0 <= float(row["time_in_trial_s"]) < spikes.duration
        assert float(row["time_in_trial_s"]) + onset == pytest.approx(float(row["time_s"]))
    assert_same_trains(found, spikes)
    with open(trials_file, newline="") as file:
        trials = list(csv.DictReader(file))
    assert [row["label"] for row in trials] == list(spikes.labels)
    assert [row["prediction"] for row in trials] == list(spikes.predictions)
    np.testing.assert_allclose([float(row["onset_s"]) for row in trials], spikes.onsets)


def test_npz(tiny_run, spikes, tmp_path):
    (path,) = export(tiny_run, "npz", tmp_path / "a.npz")
    with np.load(path, allow_pickle=False) as found:
        np.testing.assert_array_equal(found["t"], spikes.t)
        np.testing.assert_array_equal(found["i"], spikes.i)
        assert list(found["populations"]) == list(spikes.populations)


@pytest.mark.needs("neo", "nixio")
def test_nix_is_read_by_neo(tiny_run, spikes, tmp_path):
    from neo.io import NixIO

    (path,) = export(tiny_run, "neo", tmp_path / "a.nix")
    with NixIO(str(path), "ro") as file:
        (block,) = file.read_all_blocks()
    (segment,) = block.segments
    assert_same_trains(
        {
            (t.annotations["population"], t.annotations["neuron"]): t.rescale("s").magnitude
            for t in segment.spiketrains
        },
        spikes,
    )
    (trials,) = segment.epochs
    assert list(trials.labels) == list(spikes.labels)
    assert list(trials.array_annotations["prediction"]) == list(spikes.predictions)
    np.testing.assert_allclose(trials.rescale("s").magnitude, spikes.onsets)
    sizes = {group.name: len(group.spiketrains) for group in block.groups}
    assert sizes == dict(zip(spikes.populations, spikes.sizes))


@pytest.mark.needs("elephant")
@pytest.mark.filterwarnings("ignore:The 'copy' argument in Quantity")
def test_elephant_works_on_the_block(tiny_run, spikes):
    from elephant.statistics import isi, mean_firing_rate
    from quantities import Hz

    end = spikes.onsets[-1] + spikes.duration
    block = neo_block(tiny_run, by_trial=False)
    for train, t in zip(block.segments[0].spiketrains, expected(spikes).values()):
        assert mean_firing_rate(train).rescale(Hz).item() == pytest.approx(len(t) / end)
        np.testing.assert_allclose(isi(train).rescale("s").magnitude, np.diff(t), atol=1e-9)


@pytest.mark.needs("neo")
def test_a_segment_of_the_block_is_a_trial(tiny_run, spikes):
    block = neo_block(tiny_run)
    assert [one.annotations["label"] for one in block.segments] == list(spikes.labels)
    assert [one.annotations["prediction"] for one in block.segments] == list(spikes.predictions)
    assert [one.annotations["onset"] for one in block.segments] == pytest.approx(spikes.onsets)
    of_trial = spikes.trial_of(spikes.t)
    for k, segment in enumerate(block.segments):
        assert segment.annotations["trial"] == k
        for train, (name, neuron) in zip(segment.spiketrains, expected(spikes)):
            marks = train.annotations
            assert (marks["population"], marks["neuron"]) == (name, neuron)
            here = (of_trial == k) & (spikes.i == neuron)
            here &= spikes.population == spikes.populations.index(name)
            since_onset = train.rescale("s").magnitude
            np.testing.assert_allclose(since_onset, spikes.t[here] - spikes.onsets[k], atol=1e-9)
            assert float(train.t_stop) == pytest.approx(spikes.duration)
    n_spikes = sum(len(train) for group in block.groups for train in group.spiketrains)
    assert n_spikes == len(spikes.t)


@pytest.mark.needs("elephant")
@pytest.mark.filterwarnings("ignore:The 'copy' argument in Quantity")
def test_intervals_do_not_reach_from_trial_to_trial(tiny_run, spikes, monkeypatch):
    """A neuron that fires every 10 ms, ten times from each onset on, and then is silent."""
    from elephant.statistics import cv, isi

    onsets = 0.2 * np.arange(5)
    regular = replace(
        spikes,
        t=(onsets[:, None] + 0.01 * np.arange(10)).ravel(),
        **{"i": np.zeros(50, int), "population": np.zeros(50, int)},
        **{"onsets": onsets, "duration": 0.2, "labels": ("",) * 5, "predictions": ("",) * 5},
    )
    monkeypatch.setitem(tiny_run.__dict__, "spikes", regular)
    for segment in neo_block(tiny_run).segments:
        assert cv(isi(segment.spiketrains[0])) == pytest.approx(0, abs=1e-6)
    (together,) = neo_block(tiny_run, by_trial=False).segments
    assert cv(isi(together.spiketrains[0])) > 0.5


@pytest.mark.needs("nwbinspector", "pynwb")
def test_nwb_is_read_and_inspected(tiny_run, spikes, tmp_path):
    from nwbinspector import Importance, inspect_nwbfile
    from pynwb import NWBHDF5IO

    (path,) = export(tiny_run, "nwb", tmp_path / "a.nwb")
    with NWBHDF5IO(str(path), "r") as io:
        file = io.read()
        units, trials = file.units.to_dataframe(), file.trials.to_dataframe()
    assert_same_trains(
        {(u.population, u.neuron): np.array(u.spike_times) for u in units.itertuples()}, spikes
    )
    assert list(trials.label) == list(spikes.labels)
    assert list(trials.prediction) == list(spikes.predictions)
    np.testing.assert_allclose(trials.start_time, spikes.onsets)
    found = list(inspect_nwbfile(nwbfile_path=str(path)))
    assert [m for m in found if m.importance.value >= Importance.CRITICAL.value] == []


MOUSE = {"species": "Mus musculus", "age": "P8W/P12W", "sex": "F", "strain": "C57BL/6J"}


def critical_of_dandi(path) -> list[str]:
    """What DANDI would refuse."""
    from nwbinspector import Importance, inspect_nwbfile, load_config

    found = inspect_nwbfile(nwbfile_path=str(path), config=load_config("dandi"))
    return [m.check_function_name for m in found if m.importance.value >= Importance.CRITICAL.value]


@pytest.mark.needs("nwbinspector", "pynwb")
def test_nwb_with_a_subject_is_what_dandi_takes(tiny_run, tmp_path, capsys):
    from pynwb import NWBHDF5IO

    path = tmp_path / "a.nwb"
    for described in ({"species": "Mus musculus"}, MOUSE):
        options = [f"--subject={name}={text}" for name, text in described.items()]
        assert main(["export", str(tiny_run.folder), "--to=nwb", f"-o={path}", *options]) == 0
        assert critical_of_dandi(path) == []
    with NWBHDF5IO(str(path), "r") as io:
        subject = io.read().subject
        assert {name: getattr(subject, name) for name in MOUSE} == MOUSE
        assert subject.subject_id == f"seed-{tiny_run.metrics['seed']}"
        assert "simulated" in subject.description
    export(tiny_run, "nwb", path)  # no animal's name is invented
    assert critical_of_dandi(path) == ["check_subject_species_exists"]


@pytest.mark.parametrize(
    ("described", "told"),
    [
        ({"species": "mouse"}, "subject.species: needs a Latin name such as"),
        ({"specis": "Mus musculus"}, "no field 'specis'; did you mean 'species'?"),
        ({"age": "8 weeks"}, "subject.age: needs a duration such as P90D"),
        ({"age": "P"}, "subject.age: needs a duration"),
        ({"sex": "female"}, "subject.sex: needs M, F, O"),
        ({"subject_id": "a/b"}, "subject.subject_id: needs text without slashes"),
        ({"weight": "20"}, "subject.weight: needs a number and a unit"),
        ({"strain": "a\x1bb"}, "subject.strain: needs text"),
        ({"strain": 7}, "subject.strain: needs text, got 7"),
    ],
)
def test_subjects_that_archives_refuse_are_refused(described, told, tiny_run, tmp_path):
    with pytest.raises(ModelError, match=re.escape(told)):
        export(tiny_run, "nwb", tmp_path / "a.nwb", subject=described)
    assert not list(tmp_path.iterdir())


def test_subjects_on_the_command_line(tiny_run, tmp_path, capsys):
    for options, told in {
        ("--to=nwb", "--subject=species"): "--subject species: needs the form FIELD=TEXT",
        ("--to=nwb", "--subject=sex=M", "--subject=sex=F"): "--subject sex is given twice",
        ("--to=csv", "--subject=sex=M"): "a subject is described in nwb files only",
    }.items():
        assert main(["export", str(tiny_run.folder), f"-o={tmp_path / 'a'}", *options]) == 2
        assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.needs("neo", "nixio")
def test_spike_trains_know_their_grid_and_their_end(tiny_run, spikes, tmp_path, monkeypatch):
    from pynwb import NWBHDF5IO

    onsets = np.arange(200) * 0.1
    assert onsets[-1] + 0.1 != 20
    many = {"onsets": onsets, "labels": ("0",) * 200, "predictions": ("0",) * 200}
    monkeypatch.setitem(tiny_run.__dict__, "spikes", replace(spikes, duration=0.1, **many))
    (segment,) = neo_block(tiny_run, by_trial=False).segments
    for train in segment.spiketrains:
        assert float(train.sampling_rate.rescale("Hz")) == 1000  # dt is 1 ms
        assert float(train.t_stop.rescale("s")) == 20.0
    assert float(segment.epochs[0].times[199].rescale("s")) == 19.9
    (path,) = export(tiny_run, "nwb", tmp_path / "a.nwb")
    with NWBHDF5IO(str(path), "r") as io:
        file = io.read()
        assert file.trials.stop_time[199] == 20.0
        assert file.units["obs_intervals"][0].tolist() == [[0.0, 20.0]]


def test_the_command_writes_beside_the_run(tiny_run, tmp_path, capsys):
    import shutil

    folder = tmp_path / "run"
    shutil.copytree(tiny_run.folder, folder)
    assert main(["export", str(folder), "--to", "csv"]) == 0
    told = capsys.readouterr().out.splitlines()
    names = ("spikes.csv", "spikes_trials.csv")
    assert told == [f"written to {folder / 'export' / name}" for name in names]
    assert all((folder / "export" / name).is_file() for name in names)


def test_an_unknown_format_is_told_in_one_line(tiny_run, capsys):
    assert main(["export", str(tiny_run.folder), "--to", "nxi"]) == 2
    assert capsys.readouterr().err == ("spikingfa: there is no format 'nxi'; did you mean 'nix'?\n")


def test_the_help_lists_every_format(capsys):
    with pytest.raises(SystemExit):
        main(["export", "--help"])
    told = re.findall(r"^  (\w+)  +\w", capsys.readouterr().out, re.MULTILINE)
    assert sorted(name for name in told if name in FORMATS) == sorted(FORMATS)


@pytest.mark.parametrize(("form", "module"), [("nix", "nixio"), ("nwb", "pynwb"), ("nir", "nir")])
def test_a_missing_package_is_told_in_one_line(form, module, tiny_run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ModelError) as told:
        export(tiny_run, form, tmp_path / "a")
    assert str(told.value) == (
        f"{form} needs {module}, which is not installed:"
        f" pip install spikingfa[{FORMATS[form].extra}]"
    )


@pytest.mark.parametrize("form", FORMATS)
def test_what_cannot_be_written_is_told_in_one_line(form, tiny_run, tmp_path, capsys):
    assert (
        main(["export", str(tiny_run.folder), "--to", form, "-o", str(tmp_path / "no" / "a")]) == 2
    )
    assert capsys.readouterr().err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_run_without_spikes_is_told_in_one_line(tiny_model, tmp_path, capsys):
    import spikingfa

    model = tiny_model.but({"recording.trials": 0})
    run = spikingfa.train(model, out=tmp_path / "run", progress=False)
    assert main(["export", str(run.folder), "--to", "csv"]) == 2
    assert capsys.readouterr().err == f"spikingfa: {run.folder} has no spikes.npz\n"


def numbers(path) -> list[bytes]:
    """Arrays of numbers in an HDF5 file, in any order: names have random parts."""
    import h5py

    found = []
    with h5py.File(path, "r") as file:
        file.visititems(
            lambda _, one: (
                found.append(one[()].tobytes())
                if isinstance(one, h5py.Dataset) and one.dtype.kind in "iuf"
                else None
            )
        )
    return sorted(found)


@pytest.mark.needs("nixio", "pynwb")
@pytest.mark.parametrize("to", ["nix", "nwb"])
def test_what_is_too_large_for_the_memory_is_written_as_it_goes(to, tiny_run, tmp_path):
    (small,) = export(tiny_run, to, tmp_path / f"small.{to}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("spikingfa.export.hdf5.MAX_BYTES", 0)
        patch.setattr("spikingfa.export.hdf5._put", None)
        (large,) = export(tiny_run, to, tmp_path / f"large.{to}")
    assert len(numbers(small)) > 3
    assert numbers(small) == numbers(large)


@pytest.mark.needs("nir", "nixio", "pynwb")
@pytest.mark.parametrize("to", ["nix", "nwb", "nir"])
def test_a_disk_that_is_full_is_no_matter_of_libhdf5(to, tiny_run, tmp_path, monkeypatch, capsys):
    """Which would end the process, later: it is told of no file."""
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr("spikingfa.export.hdf5.open", Mock(side_effect=full), raising=False)
    path = tmp_path / f"a.{to}"
    assert main(["export", str(tiny_run.folder), "--to", to, "-o", str(path)]) == 2
    assert capsys.readouterr().err == f"spikingfa: cannot write {path}: No space left on device\n"
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_lets_the_buffer_go(tmp_path):
    buffers = []
    with pytest.raises(FileNotFoundError) as failed:
        written_in_one_go(tmp_path / "nowhere" / "a.nwb", buffers.append)
    assert failed.traceback  # which is still there
    buffers[0].write(b"more")  # its size cannot change while it is looked at
