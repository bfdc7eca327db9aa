"""Run folders of which one or two files are damaged, or made by a stranger."""

import io
import json
import pickle
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

import spikingfa
from benchmarks.fuzz.mutations import NUMBERS, Material, damaged_bytes, damaged_lines
from spikingfa.checkpoint import Checkpoint, finished, load
from spikingfa.evaluation_files import read_confusion
from spikingfa.model import Model
from spikingfa.pathways import Stimuli
from spikingfa.recording import Spikes
from spikingfa.run_folder import open_run
from spikingfa.run_report import summary
from spikingfa.run_report.contents import Contents
from spikingfa.run_report.stored_tests import tests_of
from spikingfa.run_writer import RunWriter

DURING = "reading a run folder"
ERRORS = spikingfa.RunFolderError

SIZE = Stimuli(n_features=4, n_classes=2, mean_square_sum=1.0)
_MODEL = "[hidden]\nsize = 3\n\n[recording]\ntrials = 2\n"
TOLD_EVERY = 20
MODEL = Model().but({"hidden.size": 3, "recording.trials": 2})
RECORDING, TEST = "recordings/traces", "tests/unperturbed"
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
    writer = RunWriter(folder)
    weights = {
        "input_to_hidden.w": np.ones((4, 3)),
        "hidden_to_output.w": np.ones((3, 2)),
    }
    with writer.begin(MODEL):
        writer.weights(weights, {"hidden": np.ones((2, 3))}, epoch=0)
        writer.spikes(_spikes())
        writer.history([{"epoch": 0, "test_error": 0.5}, {"epoch": 1, "test_error": np.nan}])
        writer.metrics({"test_error": 0.1, "train_error": 0.1, "angle_deg": 60.0, "epochs": 1})
        at = Checkpoint(weights, 1.0, rows=[{"epoch": 0}])
        writer.write("checkpoint.npz", at.save)
    (folder / "model.toml").write_text(_MODEL, "utf-8")
    (folder / RECORDING).mkdir(parents=True)
    (folder / TEST).mkdir(parents=True)
    _spikes().save(folder / RECORDING / "spikes.npz")
    np.save(folder / RECORDING / "hidden.v.npy", np.zeros((5, 2)))
    about = [{"name": "hidden.v", "unit": "V", "which": [0, 2], "dt": 0.001}]
    (folder / RECORDING / "traces.json").write_text(json.dumps(about), "utf-8")
    (folder / TEST / "test.json").write_text('{"test_error": 0.2, "n_stimuli": 5}', "utf-8")
    (folder / TEST / "confusion.csv").write_text("right,a,b\na,1,2\nb,0,2\n", "utf-8")
    files = [path for path in folder.rglob("*") if path.is_file()]
    return Folder({path.relative_to(folder).as_posix(): path.read_bytes() for path in files})


def _spikes() -> Spikes:
    return Spikes(
        t=np.array([0.01, 0.12]),
        i=np.array([0, 1]),
        population=np.array([0, 1]),
        populations=("input", "hidden"),
        sizes=(4, 3),
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
        (place / name).unlink()
        if content is not None:
            (place / name).write_bytes(content)
    try:
        refused = [
            error for name in damaged for part in PARTS[name] if (error := _refused(part, place))
        ]
        if zlib.crc32(repr(damaged).encode()) % TOLD_EVERY == 0:  # it reads all files
            _told(place)
        # one that is no line is told, if there is one
        for error in sorted(refused, key=lambda error: -len(str(error).splitlines()))[:1]:
            raise error
    finally:
        for name in damaged:
            (place / name).write_bytes(folder.contents[name])


def _refused(part, place: Path) -> spikingfa.SpikingFAError | None:
    try:
        part(place)
    except spikingfa.SpikingFAError as error:
        return error
    return None


def _of_run(name: str):
    return lambda place: getattr(open_run(place), name)


def _kept(place: Path) -> None:
    run = open_run(place)
    for epoch in run.kept_epochs:
        run.weights_after(epoch)


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
    summary.weight_rows(found.weights or {})
    if found.history:
        summary.history_rows(found.history)
    assert isinstance(found.command + found.date, str)
    assert isinstance(found.finished, bool)


def _tests(place: Path) -> None:
    for test in tests_of(place):
        assert test.summary
        assert len(test.rows) == len(test.classes)


def _goes_on(place: Path) -> None:
    load(place, MODEL, SIZE)


def _is_done(place: Path) -> None:
    finished(place, MODEL)


#: What reads each file, and takes no more than milliseconds.
PARTS = {
    "model.toml": (_of_run("model"), _is_done),
    "metrics.json": (_of_run("metrics"), _is_done),
    "history.csv": (_of_run("history"),),
    "versions.json": (_of_run("versions"),),
    "weights.npz": (_of_run("state"), _of_run("feedback")),
    "weights/epoch_000.npz": (_kept,),
    "spikes.npz": (_spikes_of,),
    "checkpoint.npz": (_goes_on,),
    f"{RECORDING}/traces.json": (_recorded,),
    f"{RECORDING}/hidden.v.npy": (_recorded,),
    f"{RECORDING}/spikes.npz": (lambda place: open_run(place).recording().spikes,),
    f"{TEST}/test.json": (_tests, lambda place: read_confusion(place / TEST)),
    f"{TEST}/confusion.csv": (_tests, lambda place: read_confusion(place / TEST)),
}
