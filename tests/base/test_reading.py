"""Files of a stranger: nothing in them is run, none is larger than it says, none never ends."""

import ast
import gzip
import io
import os
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

import spikingfa
from spikingfa import DataError, Model, ModelError, RunFolderError, open_run
from spikingfa.base import reading
from spikingfa.cli.main import main
from spikingfa.model.model import Task
from spikingfa.run_folder.writer import RunWriter
from spikingfa.tasks import load_data
from spikingfa.tasks.idx import FILES

PACKAGE = Path(spikingfa.__file__).parent

#: What could run code of a file, or let a shell run it.
DANGEROUS = {
    *("eval", "exec", "compile", "__import__", "os.system", "os.popen", "os.execv", "os.startfile"),
    *("pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "yaml", "runpy"),
    *("joblib.load", "joblib.dump", "pandas.read_pickle", "torch.load", "np.loads"),
    *("tarfile", "shutil.unpack_archive", "extractall", "extract"),
}
LOADERS = {"load", "lib", "fromfile", "genfromtxt", "loadtxt"}


def _calls():
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            yield path.relative_to(PACKAGE).as_posix(), node


def _named(node: ast.AST) -> set[str]:
    """What a node imports or calls."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {name.name for name in node.names} | {getattr(node, "module", None) or ""}
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        return {called, called.rpartition(".")[2]}
    return set()


def test_nothing_in_the_package_could_run_what_a_file_says():
    found = {
        (where, name)
        for where, node in _calls()
        for name in _named(node)
        # re.compile makes a pattern, and figures have an extent
        if name in DANGEROUS and not (name == "compile" and "re.compile" in _named(node))
    }
    assert not found


def test_numpy_loads_nothing_but_plain_arrays():
    loads = [
        (where, {word.arg: ast.unparse(word.value) for word in node.keywords})
        for where, node in _calls()
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("np.load", "numpy.load")
    ]
    assert loads
    assert {where for where, _ in loads} == {"base/reading.py"}
    assert all(words.get("allow_pickle") == "False" for _, words in loads)


#: What starts a program, and what starts one by way of a shell.
STARTS = {f"subprocess.{name}" for name in ("run", "Popen", "call", "check_call", "check_output")}
SHELLS = {"asyncio.create_subprocess_shell", "subprocess.getoutput", "subprocess.getstatusoutput"}


def test_no_shell_is_asked():
    calls = [(where, node) for where, node in _calls() if isinstance(node, ast.Call)]
    assert not [where for where, node in calls if ast.unparse(node.func) in SHELLS]
    starts = [(where, node) for where, node in calls if ast.unparse(node.func) in STARTS]
    assert len(starts) >= 5
    for where, node in starts:
        assert isinstance(node.args[0], ast.List | ast.Name), where  # each argument by itself
        assert not any(word.arg == "shell" for word in node.keywords), where


class Canary:
    """Whoever loads a pickle of it makes a folder."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


@pytest.fixture
def run(tmp_path) -> Path:
    writer = RunWriter(tmp_path / "run")
    with writer.begin(Model()):
        writer.weights({"input_to_hidden.w": np.zeros((2, 3))}, {})
    return writer.folder


def objects(path: Path, canary: Path) -> None:
    """An .npz file whose array is a pickle."""
    with zipfile.ZipFile(path, "w") as file:
        head = io.BytesIO()
        np.lib.format.write_array_header_1_0(
            head, {"descr": "|O", "fortran_order": False, "shape": ()}
        )
        for name in ("x.npy", "y.npy", "times.npy"):
            file.writestr(name, head.getvalue() + pickle.dumps(Canary(canary)))


def pickled(path: Path, canary: Path) -> None:
    """A pickle under the name of an array."""
    path.write_bytes(pickle.dumps(Canary(canary)))


@pytest.mark.filterwarnings("ignore::spikingfa.base.errors.SpikingFAWarning")
@pytest.mark.parametrize("write", [objects, pickled])
def test_pickles_are_not_loaded(write, tmp_path, run):
    write(run / "weights.npz", tmp_path / "canary")
    with pytest.raises(RunFolderError, match=r"cannot read .*weights.npz"):
        _ = open_run(run).arrays
    for task in ("arrays", "spikes"):
        with pytest.raises(DataError, match=r"of Python objects|not an .npz file of plain"):
            load_data(Task(name=task, file=str(run / "weights.npz")))
    assert not (tmp_path / "canary").exists()


def of_terabytes(path: Path) -> None:
    """An .npz file whose directory claims a thousand members of 4 GB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        array = io.BytesIO()
        np.save(array, np.zeros(9))
        for k in range(1000):
            file.writestr(f"{k}.npy", array.getvalue())
    content = path.read_bytes()
    size = struct.pack("<I", len(array.getvalue()))
    path.write_bytes(content.replace(size, struct.pack("<I", 2**32 - 2)))


def test_what_unpacks_to_more_than_there_is_is_refused(tmp_path, run):
    of_terabytes(run / "weights.npz")
    with pytest.raises(RunFolderError, match=r"weights.npz: it needs 4295.0 GB of memory"):
        _ = open_run(run).arrays
    with pytest.raises(DataError, match=r"weights.npz: it needs 4295.0 GB of memory"):
        load_data(Task(name="arrays", file=str(run / "weights.npz")))


@pytest.mark.parametrize(
    ("descr", "shape"), [("<f8", (2**40, 2**20)), ("<f8", (2**31, 2**31, 2**31)), ("|V0", (2**40,))]
)
def test_headers_that_claim_any_shape_are_refused(descr, shape, run):
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        head, {"descr": descr, "fortran_order": False, "shape": shape}
    )
    with zipfile.ZipFile(run / "weights.npz", "w") as file:
        file.writestr("x.npy", head.getvalue())
    with pytest.raises(DataError) as told:
        load_data(Task(name="arrays", file=str(run / "weights.npz")))
    assert len(str(told.value).splitlines()) == 1


def test_a_gzip_without_end_is_read_as_far_as_its_header_says(tmp_path, monkeypatch):
    """Of 50 MB of zeros in 50 kB, 20 bytes."""
    head = struct.pack(">BBBBIII", 0, 0, 8, 3, 1, 2, 2)
    (tmp_path / f"{FILES[0]}.gz").write_bytes(gzip.compress(head + bytes(50_000_000)))
    for name in FILES[1:]:
        (tmp_path / name).write_bytes(b"")
    read = []
    real = gzip.GzipFile.read
    monkeypatch.setattr(
        gzip.GzipFile, "read", lambda self, n: read.append(real(self, n)) or read[-1]
    )
    with pytest.raises(DataError, match="goes on after its end"):
        load_data(Task(name="idx", folder=str(tmp_path)))
    assert sum(map(len, read)) == 21


def test_an_image_file_larger_than_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "available", lambda: 1000)
    monkeypatch.setattr("spikingfa.tasks.idx.available", lambda: 1000)
    head = struct.pack(">BBBBIII", 0, 0, 8, 3, 10, 10, 10)
    (tmp_path / f"{FILES[0]}.gz").write_bytes(gzip.compress(head + bytes(1000)))
    for name in FILES[1:]:
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(DataError, match=r"it needs .* GB of memory"):
        load_data(Task(name="idx", folder=str(tmp_path)))


def test_free_memory_is_known():
    assert 2**26 < reading.available() < 2**50


@pytest.fixture(params=["pipe", "device"])
def endless(request, tmp_path) -> Path:
    if request.param == "device":
        return Path("/dev/zero")
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


def test_pipes_and_devices_are_refused(endless, run, capsys):
    """Reading them would never end."""
    for name in ("weights.npz", "spikes.npz", "history.csv", "metrics.json", "model.toml"):
        (run / name).unlink(missing_ok=True)
        (run / name).symlink_to(endless)
    found = open_run(run.parent / "run") if (run / "model.toml").is_file() else spikingfa.Run(run)
    for part in ("weights", "spikes", "history", "metrics", "model"):
        with pytest.raises(RunFolderError, match="cannot read"):
            getattr(found, part)
    for name, file in (("arrays", endless), ("spikes", endless)):
        with pytest.raises(DataError, match="cannot read"):
            load_data(Task(name=name, file=str(file)))
    with pytest.raises(ModelError, match="a pipe or a device"):
        spikingfa.load_model(endless)
    assert main(["show", str(endless)]) == 2
    assert "a pipe or a device" in capsys.readouterr().err


@pytest.mark.needs("h5py")
@pytest.mark.parametrize("ending", [".csv", ".h5", ".npz"])
def test_data_files_that_are_pipes_are_refused(ending, tmp_path):
    path = tmp_path / f"pipe{ending}"
    os.mkfifo(path)
    task = "spikes" if ending == ".h5" else "arrays"
    with pytest.raises(DataError, match="a pipe or a device, not a file"):
        load_data(Task(name=task, file=str(path)))


def test_a_model_file_of_megabytes_is_refused(tmp_path):
    (tmp_path / "long.toml").write_text("#" * 2_000_000)
    with pytest.raises(ModelError, match="it is longer than 1048576 characters"):
        spikingfa.load_model(tmp_path / "long.toml")


@pytest.fixture
def hdf5(tmp_path):
    """What writes an HDF5 file of two stimuli, with one data set made by a function."""
    h5py = pytest.importorskip("h5py")

    def write(name, make):
        of_each = h5py.vlen_dtype(np.float64), h5py.vlen_dtype(np.int64)
        with h5py.File(tmp_path / "spikes.h5", "w") as file:
            group = file.create_group("spikes")
            if name != "labels":
                file["labels"] = np.array([0, 1])
            for one, kind in zip(("times", "units"), of_each):
                if name != one:
                    group.create_dataset(one, (2,), kind)
            make(h5py, file if name == "labels" else group)
        return Task(name="spikes", file=str(tmp_path / "spikes.h5"))

    return write


def _linked(h5py, group):
    group["labels"] = h5py.ExternalLink("/etc/other.h5", "/labels")


def _virtual(h5py, group):
    layout = h5py.VirtualLayout((2,), "i8")
    layout[:] = h5py.VirtualSource("/etc/other.h5", "labels", (2,))
    group.create_virtual_dataset("labels", layout)


def _raw(h5py, group):
    group.create_dataset("labels", (2,), "i8", external=[("/etc/hostname", 0, 16)])


@pytest.mark.parametrize("make", [_linked, _virtual, _raw])
def test_hdf5_shows_no_other_file(make, hdf5):
    with pytest.raises(DataError, match="stands in another file, which is not read"):
        load_data(hdf5("labels", make))


def test_hdf5_that_claims_more_than_there_is_is_refused(hdf5):
    def make(h5py, group):
        group.create_dataset("labels", (2**45,), "i8", chunks=(2**10,))

    with pytest.raises(DataError, match=r"it needs 281475.0 GB of memory"):
        load_data(hdf5("labels", make))
