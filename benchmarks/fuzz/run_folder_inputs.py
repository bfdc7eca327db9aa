"""Run folders of which one or two files are damaged, or made by a stranger.

Every file is read by whatever reads it: each time by the attributes of a run, by what resumes it
and by its tests; of those that are not refused, some are drawn, exported, reported, tested and
recorded as the commands do it, up to where the network would run, and a few beyond.
"""

import contextlib
import io
import json
import pickle
import struct
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from random import Random
from unittest import mock

import numpy as np

import spikingfa
from benchmarks.fuzz.mutations import NUMBERS, Material, damaged_bytes, damaged_lines
from spikingfa.base.array_files import CHECKSUM
from spikingfa.export import export
from spikingfa.export.report import summary
from spikingfa.export.report.contents import Contents
from spikingfa.model.model import Model
from spikingfa.network.initial import initial_state
from spikingfa.plots.figures import write_figure
from spikingfa.run_folder.opening import open_run
from spikingfa.run_folder.spikes import Spikes
from spikingfa.run_folder.writer import RunWriter
from spikingfa.tasks import Data
from spikingfa.training.checkpoint import Checkpoint, finished, load
from spikingfa.training.data_fit import topology_of
from spikingfa.training.evaluation_files import read_confusion
from spikingfa.training.stored_tests import tests_of

DURING = "reading a run folder"
ERRORS = spikingfa.SpikingFAError

_MODEL = "[hidden]\nsize = 12\n\n[training]\nepochs = 2\n\n[recording]\ntrials = 2\n"
MODEL = Model().but({"hidden.size": 12, "training.epochs": 2, "recording.trials": 2})
#: Stimuli of the size that the tests' own network has, so that it is compiled once.
X, Y = np.random.default_rng(0).random((9, 6), np.float32), np.arange(9) % 3
DATA = Data(X[:6], Y[:6], X[6:], Y[6:], ("a", "b", "c"))
TOPOLOGY = topology_of(MODEL, DATA)
RECORDING, TEST = "recordings/traces", "tests/unperturbed"
SUMMARY_EVERY = 20  # inputs, of which one is summarised as on the page of a report
USED_EVERY = 20  # files that were read of which one is used by commands
RUN_EVERY = 60  # of the same by those that simulate
_HOSTILE = ("hidden.tau_m", "run.n_steps", "run.steps_per_trial", "input.rate_max", "hidden.v")
_LABELS = ("$\\frac$", "$x$", "_", "a b", "é", "-", "0", "\\alpha")
_whole: dict[str, dict[str, np.ndarray]] = {}  # arrays of the files that are not damaged
_CLAIMED = ("<f8", "<i4", "|b1", "<U9", "|S0", "|V0", "|O", "<c16", ">u2", "<M8[s]")


@dataclass(frozen=True)
class Folder:
    """What a whole run folder holds, by the paths in it."""

    contents: dict[str, bytes]

    @property
    def names(self) -> list[str]:
        """Paths of all files."""
        return sorted(self.contents)


def prepared(folder: Path) -> Folder:
    """A run as `spikingfa.train` leaves it, with a recording, a test and a checkpoint."""
    writer, b = RunWriter(folder), {"hidden": np.linspace(-1, 1, 36).reshape(3, 12)}
    state = initial_state(TOPOLOGY, np.random.default_rng(1))
    rows = [_row(0, np.nan), _row(1, 0.3)]
    with writer.begin(MODEL, start=state | {"feedback_to_hidden.b": b["hidden"]}):
        for epoch in range(2):
            writer.weights(state, b, epoch=epoch)
        writer.spikes(_spikes())
        writer.history(rows)
        numbers = {"trials": 6, "epochs": 1, "finished": False, "train_seconds": 1.5, "seed": 1}
        writer.metrics({"metric": "error", "test_error": 0.1, "angle_deg": 60.0} | numbers)
        at = Checkpoint(
            state, TOPOLOGY.stimuli.mean_square_sum, 1, 1, 2.0, {"hidden": 5}, rows[:1], 1.0
        )
        writer.write("checkpoint.npz", at.save)
    (folder / "model.toml").write_text(_MODEL, "utf-8")
    (folder / RECORDING).mkdir(parents=True)
    (folder / TEST).mkdir(parents=True)
    _spikes().save(folder / RECORDING / "spikes.npz")
    np.save(folder / RECORDING / "hidden.v.npy", np.zeros((200, 2)))
    about = [{"name": "hidden.v", "unit": "V", "which": [0, 2], "dt": 0.001}]
    (folder / RECORDING / "traces.json").write_text(json.dumps(about), "utf-8")
    (folder / TEST / "test.json").write_text('{"test_error": 0.2, "n_stimuli": 5}', "utf-8")
    (folder / TEST / "confusion.csv").write_text("right,a,b\na,1,2\nb,0,2\n", "utf-8")
    for name in ARRAYS:
        with np.load(folder / name) as stored:
            _whole[name] = {key: stored[key] for key in stored.files if key != CHECKSUM}
    files = [path for path in folder.rglob("*") if path.is_file()]
    return Folder({path.relative_to(folder).as_posix(): path.read_bytes() for path in files})


def _row(epoch: int, train_error: float) -> dict[str, float]:
    errors = {"epoch": epoch, "train_error": train_error, "test_error": 0.5}
    return errors | {"angle_hidden_deg": 80.0, "rate_hidden_hz": 20.0}


def _spikes() -> Spikes:
    return Spikes(
        t=np.array([0.01, 0.12]),
        i=np.array([0, 1]),
        population=np.array([0, 1]),
        populations=("input", "hidden"),
        sizes=(6, 12),
        onsets=np.array([0.0, 0.1]),
        duration=0.1,
        labels=("a", "b"),
        predictions=("a", "a"),
    )


def _archive(content: bytes, random: Random, some: Material) -> bytes:
    """An .npz file with members exchanged, renamed, or of another kind than they say."""
    with zipfile.ZipFile(io.BytesIO(content)) as stored:
        members = {name: stored.read(name) for name in stored.namelist()}
    name = random.choice(sorted(members))
    ways = (_other_content, _other_head, _other_array, _other_name, _objects)
    ways += (_other_values, _other_values, _added, _other_labels)
    random.choice(ways)(members, name, random, some)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", random.choice((0, 8))) as file:
        for name, member in members.items():
            name = name.partition("\0")[0].encode("utf-8", "replace").decode()  # as zipfile cuts it
            file.writestr(name or "x", member)
    return packed.getvalue()


def _other_content(members, name, random, some) -> None:
    members[name] = damaged_bytes(members[name], random, some)


def _other_head(members, name, random, some) -> None:
    shape = tuple(random.choices((0, 1, 2, 3, -1, 2**31, 2**62, 2**70), k=random.randint(0, 4)))
    text = f"{{'descr': {random.choice(_CLAIMED)!r}, 'fortran_order': False, 'shape': {shape}, }}\n"
    head = text.encode()
    if random.random() < 0.3:
        head = damaged_bytes(head, random, some)
    size = struct.pack("<H", len(head) % 2**16)
    members[name] = b"\x93NUMPY\x01\x00" + size + head + members[name][-16:]


def _other_array(members, name, random, some) -> None:
    shape = [random.randint(0, 3) for _ in range(random.randint(0, 3))]
    kind = random.choice(("f8", "i8", "?", "U3", "S2", "c16", "M8[s]", "u1"))
    members[name] = _saved(np.zeros(shape, kind))


def _other_name(members, name, random, some) -> None:
    new = random.choice(("../x.npy", "/etc/x.npy", "x", "a/b.npy", *some.texts))
    members[new] = members.pop(name)


def _other_values(members, name, random, some) -> None:
    """Plausible values, with the checksum of the others or without one."""
    array = _loaded_from(members[name])
    if array is not None and array.dtype.kind == "f" and array.size:
        changed = random.choice((array * 1.5, array + 1e-3, np.flip(array), -array, array * 1e30))
        members[name] = _saved(np.ascontiguousarray(changed))
    if random.random() < 0.6:
        members.pop(CHECKSUM, None)


def _added(members, name, random, some) -> None:
    value = random.choice((0.0, 1e-3, 2**31 - 1, -1, np.nan))
    shape = random.choice(((), (1,), (12,)))
    members[f"{random.choice(_HOSTILE)}.npy"] = _saved(np.full(shape, value))
    members.pop(CHECKSUM, None)


def _other_labels(members, name, random, some) -> None:
    for key in ("labels.npy", "predictions.npy"):
        if key in members:
            members[key] = _saved(np.array(random.choices(_LABELS, k=2)))
            members.pop(CHECKSUM, None)


def _loaded_from(member: bytes) -> np.ndarray | None:
    with contextlib.suppress(ValueError, EOFError):
        return np.load(io.BytesIO(member), allow_pickle=False)
    return None


def _objects(members, name, random, some) -> None:
    head = _saved(np.array([None]))
    members[name] = head[: head.index(b"\n") + 1] + pickle.dumps(_Canary())


class _Canary:
    """Whoever loads a pickle of it is told."""

    def __reduce__(self):
        return _loaded, ()


def _loaded() -> None:
    raise SystemExit("a pickle was loaded")


def _saved(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def made(folder: Folder, random: Random, some: Material) -> tuple[Folder, dict]:
    """Contents of the files that are others; None of those that are missing."""
    names = random.sample(folder.names, random.choice((1, 1, 2)))
    return folder, {name: _damaged(name, folder.contents[name], random, some) for name in names}


def _damaged(name: str, content: bytes, random: Random, some: Material) -> bytes | None:
    kind = random.random()
    if kind < 0.05:
        return random.choice((None, *some.bytes))
    if kind < 0.4:
        return damaged_bytes(content, random, some)
    match name.rpartition(".")[2]:
        case "npz":
            return _archive(content, random, some)
        case "npy":
            members = {name: content}
            _other_head(members, name, random, some)
            return members[name]
        case "json":
            table = json.dumps(random.choice(some.tables)).encode()
            lines = damaged_lines(content.decode(), random, some, NUMBERS, ": ")
            return random.choice((table, lines, lines))
        case "csv":
            return damaged_lines(content.decode(), random, some, NUMBERS, ",")
    return damaged_lines(content.decode(), random, some)


def read(place: Path, value: tuple[Folder, dict[str, bytes | None]]) -> None:
    """Read what depends on these files; every part may be refused by itself."""
    folder, damaged = value
    for name, content in damaged.items():
        (place / name).unlink(missing_ok=True)
        if content is not None:
            (place / name).write_bytes(content)
    chance = zlib.crc32(repr(damaged).encode())
    try:
        refused = [
            error for name in damaged for part in PARTS[name] if (error := _refused(part, place))
        ]
        if chance % SUMMARY_EVERY == 0:  # it reads all files
            _told(place)
        if not refused and chance % USED_EVERY == 0:
            _used(place, damaged, chance)
        # one that is no line is told, if there is one
        for error in sorted(refused, key=lambda error: -len(str(error).splitlines()))[:1]:
            raise error
    finally:
        for name, content in folder.contents.items():  # some tidy up, as of a run that is done
            if name in damaged or not (place / name).exists():
                (place / name).write_bytes(content)


def _used(place: Path, damaged, chance: int) -> None:
    """Use files that were read as two of the commands do; each may be refused yet."""
    uses = [use for name in damaged for use in USES.get(name.rpartition("/")[2], ())]
    for use in Random(chance).sample([*uses, _reported], min(2, 1 + len(uses))):
        _refused(use, place)
    if chance % RUN_EVERY == 0:
        for use in SIMULATED:
            _refused(use, place)


def _refused(part, place: Path) -> spikingfa.SpikingFAError | None:
    try:
        part(place)
    except spikingfa.SpikingFAError as error:
        return error
    return None


def _of_run(name: str):
    return lambda place: getattr(open_run(place), name)


def _same(place: Path, name: str, arrays: dict[str, np.ndarray]) -> None:
    """See that arrays are those that were written, where the file has their checksum."""
    with zipfile.ZipFile(place / name) as stored:
        has_checksum = CHECKSUM in stored.namelist()
    assert arrays.keys() == _whole[name].keys() or "start" in name
    if has_checksum:
        np.testing.assert_equal(arrays, _whole[name])


def _weights(place: Path) -> None:
    run = open_run(place)
    _same(place, "weights.npz", run.arrays)
    assert run.state.keys() | {"feedback_to_hidden.b"} == run.weights.keys() == run.arrays.keys()
    assert list(run.feedback) == ["hidden"]


def _start(place: Path) -> None:
    _same(place, "start.npz", open_run(place).start)


def _kept(place: Path) -> None:
    run = open_run(place)
    for epoch in run.kept_epochs:
        _same(place, f"weights/epoch_{epoch:03d}.npz", run.arrays_after(epoch))


def _spikes_of(place: Path) -> None:
    spikes = open_run(place).spikes
    for name in spikes.populations:
        spikes.of(name)


def _recorded(place: Path) -> None:
    for trace in open_run(place).recording().traces.values():
        assert len(trace.t) == len(trace.values)
        assert trace.group or not trace.of_synapses


def _told(place: Path) -> None:
    found = Contents(open_run(place))
    summary.facts(found)
    summary.what_it_is(found)
    summary.weight_rows(found.arrays or {})
    if found.history:
        summary.history_rows(found.history)
    assert isinstance(found.command + found.date, str)
    assert isinstance(found.finished, bool)


def _tests(place: Path) -> None:
    for test in tests_of(place)[0]:
        assert test.summary
        assert len(test.rows) == len(test.classes)


def _goes_on(place: Path) -> None:
    found = load(place, TOPOLOGY, 1)
    if found is not None:
        counts = {"counts": _whole["checkpoint.npz"]["counts"]}
        assert found.state.keys() | counts.keys() == _whole["checkpoint.npz"].keys()


def _is_done(place: Path) -> None:
    finished(place, MODEL)


class _WouldRun(Exception):
    """Everything was read, and the network would be run now."""


@contextlib.contextmanager
def _not_run():
    """Let what makes an engine for a network end there."""
    made = mock.Mock(side_effect=_WouldRun)
    with (
        mock.patch("spikingfa.training.session.make_engine", made),
        contextlib.suppress(_WouldRun),
    ):
        yield


def _tested(place: Path) -> None:
    found = spikingfa.evaluate(open_run(place), data=DATA, over_time=False)
    assert 0 <= found.error <= 1


def _recorded_again(place: Path) -> None:
    spikingfa.record(open_run(place), "hidden.v", trials=1, name="new", data=DATA, progress=False)


def _resumed(place: Path) -> None:
    with _not_run():
        spikingfa.train(MODEL, out=place, data=DATA, resume=True, progress=False)


def _started_from(place: Path) -> None:
    with _not_run():
        out = place.with_name("started")
        spikingfa.train(MODEL, out=out, data=DATA, start=place, progress=False)


def _up_to_the_network(use):
    def upto(place: Path) -> None:
        with _not_run():
            use(place)

    return upto


def _drawn(kind: str):
    return lambda place: write_figure(open_run(place), kind, place.with_name("figure.png"))


def _exported(to: str, recording: str | None = None):
    return lambda place: export(
        open_run(place), to, place.with_name(f"exported.{to}"), recording=recording
    )


def _reported(place: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", spikingfa.SpikingFAWarning)  # of what is left out
        spikingfa.report(place, place.with_name("report.html"))


_EVERY_WEIGHT = (
    *(_drawn("weights"), _exported("nir"), _up_to_the_network(_tested)),
    *(_up_to_the_network(_recorded_again), _started_from),
)
_EVERY_SPIKE = (
    *(_drawn("raster"), _drawn("population-rates")),
    *(_exported(to) for to in ("csv", "npz", "nix", "nwb")),
)
_EVERY_TRACE = (_drawn("traces"), _exported("csv", "traces"), _exported("nwb", "traces"))

#: Commands that use each file; a report uses all of them.
USES = {
    "model.toml": (*_EVERY_WEIGHT, *_EVERY_SPIKE, _resumed),
    "metrics.json": (_drawn("learning-curve"), _resumed),
    "history.csv": tuple(map(_drawn, ("learning-curve", "alignment", "rates", "weights"))),
    "weights.npz": _EVERY_WEIGHT,
    "epoch_000.npz": (_drawn("weights"),),
    "epoch_001.npz": (_drawn("weights"),),
    "start.npz": (_resumed,),
    "checkpoint.npz": (_resumed,),
    "spikes.npz": (*_EVERY_SPIKE, *_EVERY_TRACE),
    "traces.json": _EVERY_TRACE,
    "hidden.v.npy": _EVERY_TRACE,
    "confusion.csv": (_drawn("confusion"),),
    "test.json": (_drawn("confusion"),),
}
SIMULATED = (_tested, _recorded_again)

#: Files of arrays with a checksum.
ARRAYS = (
    *("weights.npz", "start.npz", "checkpoint.npz", "spikes.npz", f"{RECORDING}/spikes.npz"),
    *("weights/epoch_000.npz", "weights/epoch_001.npz"),
)

#: What reads each file, and takes no more than milliseconds.
PARTS = {
    "model.toml": (_of_run("model"), _is_done),
    "data.json": (_of_run("data"),),
    "metrics.json": (_of_run("metrics"), _is_done),
    "history.csv": (_of_run("history"),),
    "versions.json": (_of_run("versions"),),
    "weights.npz": (_weights,),
    "weights/epoch_000.npz": (_kept,),
    "weights/epoch_001.npz": (_kept,),
    "start.npz": (_start,),
    "spikes.npz": (_spikes_of,),
    "checkpoint.npz": (_goes_on,),
    f"{RECORDING}/traces.json": (_recorded,),
    f"{RECORDING}/hidden.v.npy": (_recorded,),
    f"{RECORDING}/spikes.npz": (lambda place: open_run(place).recording().spikes,),
    f"{TEST}/test.json": (_tests, lambda place: read_confusion(place / TEST)),
    f"{TEST}/confusion.csv": (_tests, lambda place: read_confusion(place / TEST)),
}
