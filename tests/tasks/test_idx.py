"""IDX files: what is read, what is refused with a reason, and where MNIST is found."""

import gzip
import hashlib
import os
import re
import struct
from pathlib import Path

import numpy as np
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spikingfa import DataError, Model
from spikingfa.base import progress
from spikingfa.cli.main import main
from spikingfa.model.model import Task
from spikingfa.network.describe import describe
from spikingfa.tasks import idx as idx_files
from spikingfa.tasks import load_data, mnist
from spikingfa.tasks.idx import FILES

TRAIN_X, TRAIN_Y, TEST_X, TEST_Y = FILES
RNG = np.random.default_rng(3)
TABLES = {
    TRAIN_X: RNG.integers(0, 256, (12, 3, 2), np.uint8),
    TRAIN_Y: np.arange(12, dtype=np.uint8) % 3,
    TEST_X: RNG.integers(0, 256, (4, 3, 2), np.uint8),
    TEST_Y: np.array([2, 0, 1, 1], np.uint8),
}


def idx(table: np.ndarray, code: int = 0x08) -> bytes:
    header = struct.pack(f">4B{table.ndim}I", 0, 0, code, table.ndim, *table.shape)
    return header + table.tobytes()


def write(folder: Path, end: str = "", dot: bool = False, **changes) -> Path:
    """Four files; `changes` are tables or bytes (None: no file) by x, y, x_test, y_test."""
    folder.mkdir(exist_ok=True)
    keys = dict(zip(FILES, ("x", "y", "x_test", "y_test"), strict=True))
    for name, table in TABLES.items():
        content = changes.get(keys[name], table)
        if content is None:
            continue
        if isinstance(content, np.ndarray):
            content = gzip.compress(idx(content), 1) if end else idx(content)
        spelling = name.replace("-idx", ".idx") if dot else name
        (folder / (spelling + end)).write_bytes(content)
    return folder


def task(folder: Path, **fields) -> Task:
    return Task(name="idx", folder=str(folder), **fields)


def message(task: Task) -> str:
    with pytest.raises(DataError) as caught:
        load_data(task)
    told = str(caught.value)
    assert "\n" not in told
    return told


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """Neither data nor cache folder hold any data; the user's own are not looked at."""
    monkeypatch.delenv("SPIKINGFA_DATA", raising=False)
    monkeypatch.setenv("SPIKINGFA_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "data" / "mnist"


@pytest.fixture
def small_mnist(nowhere, monkeypatch):
    """As if the small tables were MNIST. Returns the cache folder they would be kept in."""
    sums = {name: hashlib.sha256(idx(table)).hexdigest() for name, table in TABLES.items()}
    monkeypatch.setattr(mnist, "SHA256", sums)
    return nowhere


@pytest.fixture
def mirrors(monkeypatch):
    """Let a function of the address take the place of the network; returns the addresses asked."""
    asked = []

    def use(answer):
        def retrieve(url, known_hash, fname, path, downloader):
            asked.append(url)
            content = answer(url)
            count(downloader.progressbar, len(content))
            (Path(path) / fname).write_bytes(content)
            return str(Path(path) / fname)

        monkeypatch.setattr("pooch.retrieve", retrieve)
        return asked

    return use


def count(bar, n: int) -> None:
    """Go with a bar as pooch's downloaders do."""
    bar.total = n
    bar.update(n // 2)
    bar.update(n - n // 2)
    bar.reset()
    bar.update(n)
    bar.close()


def offline(url):
    raise requests.exceptions.ConnectionError(f"HTTPSConnectionPool: {url}\nretries exceeded")


# what is read


@pytest.mark.parametrize("end", ["", ".gz"])
@pytest.mark.parametrize("dot", [False, True])
def test_names_of_the_files(end, dot, tmp_path):
    data = load_data(task(write(tmp_path, end, dot)))
    np.testing.assert_array_equal(data.x_train * 255, TABLES[TRAIN_X].reshape(12, 6))
    assert data.y_test.tolist() == [2, 0, 1, 1]
    assert data.classes == ("0", "1", "2")


@given(st.data(), st.booleans())
def test_what_is_written_is_read(tmp_path_factory, data, packed):
    n, n_test, *size = data.draw(st.tuples(*[st.integers(1, 6)] * 4))
    x = data.draw(arrays(np.uint8, (n + 1, *size)))
    x[0, 0, 0] = 255  # an image at least is not empty
    y = data.draw(arrays(np.uint8, n + 1))
    y[-1] = y[0] ^ 1  # two classes at least
    x_test = data.draw(arrays(np.uint8, (n_test, *size)))
    y_test = y[data.draw(arrays(np.int64, n_test, elements=st.integers(0, n)))]
    folder = tmp_path_factory.mktemp("idx")
    write(folder, ".gz" if packed else "", x=x, y=y, x_test=x_test, y_test=y_test)
    got = load_data(task(folder))
    assert got.n_features == size[0] * size[1]
    assert got.classes == tuple(str(label) for label in sorted(set(y.tolist())))
    labels = np.array(got.classes, int)
    for stimuli, images in ((got.x_train, x), (got.x_test, x_test)):
        assert stimuli.dtype == np.float32
        np.testing.assert_array_equal(stimuli, images.reshape(len(images), -1) / np.float32(255))
    np.testing.assert_array_equal(labels[got.y_train], y)
    np.testing.assert_array_equal(labels[got.y_test], y_test)


def test_content_tells_whether_a_file_is_packed(tmp_path):
    write(tmp_path, ".gz", x=idx(TABLES[TRAIN_X]))
    assert len(load_data(task(tmp_path)).x_train) == 12


# what is refused

X, Y = idx(TABLES[TRAIN_X]), idx(TABLES[TRAIN_Y])


@pytest.mark.parametrize(
    ("changes", "name", "reason"),
    [
        ({"x": None}, "", "has no train-images-idx3-ubyte (or train-images-idx3-ubyte.gz)"),
        ({"y_test": None}, "", "has no t10k-labels-idx1-ubyte"),
        ({"x": b""}, TRAIN_X, "is no IDX file: begins with nothing, needs 00000803"),
        ({"x": b"\0\0\x08"}, TRAIN_X, "is no IDX file: begins with 000008, needs 00000803"),
        ({"y": b"\x89PNG and more"}, TRAIN_Y, "begins with 89504e47, needs 00000801"),
        ({"y": b"\0\x01" + Y[2:]}, TRAIN_Y, "is no IDX file: begins with 00010801"),
        ({"x": idx(TABLES[TRAIN_X], 0x0D)}, TRAIN_X, "unsigned bytes (0x08), got float32 (0x0d)"),
        ({"x": idx(TABLES[TRAIN_X], 0x77)}, TRAIN_X, "got an unknown type (0x77)"),
        ({"x": TABLES[TRAIN_Y]}, TRAIN_X, "needs (n, rows, columns) of images, got 1 dimension"),
        ({"y_test": TABLES[TEST_X]}, TEST_Y, "needs (n,) of labels, got 3 dimension"),
        ({"x": X[:10]}, TRAIN_X, "is cut off: a header needs 16 bytes, got 10"),
        ({"x": X[:16]}, TRAIN_X, "is cut off: (12, 3, 2) needs 88 bytes, got 16"),
        ({"x_test": idx(TABLES[TEST_X])[:-1]}, TEST_X, "is cut off: (4, 3, 2) needs 40 bytes"),
        ({"y": Y + b"\0"}, TRAIN_Y, "goes on after its end: (12,) needs 20 bytes, got 21"),
        ({"x": X[:4] + b"\xff" * 12}, TRAIN_X, "(4294967295, 4294967295, 4294967295) needs"),
        ({"x": TABLES[TRAIN_X][:0]}, TRAIN_X, "of images, got the shape (0, 3, 2)"),
        ({"x": TABLES[TRAIN_X][:, :0]}, TRAIN_X, "of images, got the shape (12, 0, 2)"),
        ({"y_test": TABLES[TEST_Y][:0]}, TEST_Y, "needs (n,) of labels, got the shape (0,)"),
        ({"x": gzip.compress(X)[:-9]}, TRAIN_X, "its gzip is damaged"),
        ({"x": gzip.compress(X)[:30]}, TRAIN_X, "its gzip is damaged"),
        ({"x": gzip.compress(X)[:20] + b"\xff" * 40}, TRAIN_X, "its gzip is damaged"),
        ({"x": gzip.compress(X)[:-8] + bytes(8)}, TRAIN_X, "its gzip is damaged"),
        ({"x": gzip.compress(X) + b"more"}, TRAIN_X, "its gzip is damaged"),
        ({"x": b"\x1f\x8b"}, TRAIN_X, "its gzip is damaged"),
        ({"y": TABLES[TRAIN_Y][1:]}, TRAIN_X, "has 12 images, but"),
        ({"x_test": TABLES[TEST_X][1:]}, TEST_X, "has 3 images, but"),
        ({"x_test": TABLES[TEST_X][:, 1:]}, TEST_X, "images of 2 x 2, but"),
        ({"x_test": TABLES[TEST_X].reshape(4, 2, 3)}, TEST_X, "images of 2 x 3, but"),
        ({"y_test": TABLES[TEST_Y] + np.uint8(1)}, TEST_Y, "has the label 3, which is not in"),
        ({"y": TABLES[TRAIN_Y] * 0}, TRAIN_Y, "needs at least two classes, got 1"),
        ({"x": TABLES[TRAIN_X] * 0}, TRAIN_X, "is zero everywhere"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_files_that_are_refused(changes, name, reason, tmp_path):
    told = message(task(write(tmp_path, **changes)))
    assert reason in told
    assert str(tmp_path / name) in told


def test_a_file_that_cannot_be_opened(tmp_path, monkeypatch):
    def refused(path, flags):
        raise PermissionError(13, os.strerror(13))

    write(tmp_path)
    monkeypatch.setattr(idx_files, "ordinary", refused)
    told = message(task(tmp_path))
    assert f"cannot read the data file {tmp_path / TRAIN_X}: Permission denied" in told


@pytest.mark.parametrize("name", ["none", "file", "x" * 300, "a\0b", "file/x"])
@pytest.mark.parametrize("kind", ["idx", "mnist"])
def test_folders_that_are_none(name, kind, tmp_path):
    (tmp_path / "file").touch()
    folder = f"{tmp_path}/{name}"
    assert f"the data folder {folder} is no folder" in message(Task(name=kind, folder=folder))


def test_no_folder_is_named():
    with pytest.raises(DataError, match=r"task\.folder: task idx needs the folder"):
        load_data(Task(name="idx"))


# where MNIST is looked for


def n_train(task: Task | None = None) -> int:
    return len(load_data(task or Task(name="mnist")).x_train)


def test_the_folder_of_the_task_comes_first(small_mnist, tmp_path, monkeypatch):
    write(tmp_path / "named")
    write(tmp_path / "data", x=b"damaged")
    monkeypatch.setenv("SPIKINGFA_DATA", str(tmp_path / "data"))
    assert n_train(Task(name="mnist", folder=str(tmp_path / "named"))) == 12
    assert "data/train-images-idx3-ubyte: is not MNIST's" in message(Task(name="mnist"))


def test_nothing_else_is_tried_for_the_folder_of_the_task(small_mnist, tmp_path):
    small_mnist.mkdir(parents=True)
    write(small_mnist)
    folder = write(tmp_path / "named", y=None)
    told = message(Task(name="mnist", folder=str(folder)))
    assert f"the data folder {folder} has no train-labels-idx1-ubyte" in told


@pytest.mark.parametrize("subfolder", [".", "mnist"])
def test_the_data_folder_and_its_subfolder_come_next(subfolder, small_mnist, tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    write(tmp_path / "data" / subfolder, ".gz")
    monkeypatch.setenv("SPIKINGFA_DATA", str(tmp_path / "data"))
    small_mnist.mkdir(parents=True)
    write(small_mnist, x=b"damaged")
    assert n_train() == 12


@pytest.mark.parametrize("data", ["", "empty", "nowhere"])
def test_the_cache_folder_comes_last(data, small_mnist, tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("SPIKINGFA_DATA", str(tmp_path / data) if data else "")
    small_mnist.mkdir(parents=True)
    write(small_mnist)
    assert n_train() == 12


@pytest.mark.parametrize("name", FILES)
def test_contents_are_checked(name, small_mnist, tmp_path):
    folder = write(tmp_path / "other")
    content = bytearray((folder / name).read_bytes())
    content[-1] ^= 1
    (folder / name).write_bytes(content)
    told = message(Task(name="mnist", folder=str(folder)))
    assert f"{folder / name}: is not MNIST's {name}: the SHA-256" in told
    assert 'task.name = "idx" reads other data sets' in told
    if name == TRAIN_X:
        assert n_train(task(folder)) == 12


# downloading


def packed(url: str) -> bytes:
    return gzip.compress(idx(TABLES[url.rpartition("/")[2].removesuffix(".gz")]))


def test_it_is_downloaded_once(small_mnist, mirrors):
    asked = mirrors(packed)
    assert n_train() == n_train() == 12
    assert asked == [f"{mnist.MIRRORS[0]}{name}.gz" for name in FILES]
    assert sorted(os.listdir(small_mnist)) == sorted(f"{name}.gz" for name in FILES)


def test_a_download_shows_how_far_it_is(small_mnist, mirrors, monkeypatch, capsys):
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    mirrors(packed)
    n_train()
    told = capsys.readouterr().err
    for name in FILES:
        size = len(packed(f"/{name}"))  # of which half has come
        assert re.search(rf"^downloading {name}.gz: (49|50) % of {size}(.0)?B in", told, re.M)


@pytest.mark.parametrize(
    "fault",
    [
        offline,
        lambda url: b"<html>Not found</html>",
        lambda url: packed(url)[:-10],
        lambda url: gzip.compress(idx(TABLES[TEST_Y] * 0)),
    ],
    ids=["offline", "a page", "cut off", "another file"],
)
def test_the_second_mirror_is_asked_if_the_first_fails(fault, small_mnist, mirrors):
    first = mnist.MIRRORS[0]
    asked = mirrors(lambda url: fault(url) if url.startswith(first) else packed(url))
    assert n_train() == 12
    assert len(asked) == 2 * len(FILES)
    assert sorted(os.listdir(small_mnist)) == sorted(f"{name}.gz" for name in FILES)


def test_only_what_is_missing_is_downloaded(small_mnist, mirrors):
    small_mnist.mkdir(parents=True)
    write(small_mnist, y=None)
    asked = mirrors(packed)
    assert n_train() == 12
    assert [url.rpartition("/")[2] for url in asked] == [f"{TRAIN_Y}.gz"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (offline, "ConnectionError"),
        (lambda url: b"", "another file"),
        (lambda url: b"\x1f\x8b", ""),
    ],
)
def test_one_line_says_where_it_was_looked_for(
    answer, reason, nowhere, mirrors, tmp_path, monkeypatch
):
    mirrors(answer)
    monkeypatch.setenv("SPIKINGFA_DATA", str(tmp_path / "data"))
    told = message(Task(name="mnist"))
    parts = [*FILES, str(tmp_path / "data"), str(tmp_path / "data" / "mnist"), str(nowhere)]
    parts += [f"ossci-datasets.s3.amazonaws.com: {reason}", "yann.lecun.com", "--data-dir"]
    assert [part for part in [*parts, "SPIKINGFA_DATA"] if part not in told] == []
    assert os.listdir(nowhere) == []


def test_a_cache_folder_that_cannot_be_written(small_mnist, mirrors, tmp_path):
    mirrors(packed)
    (tmp_path / "cache").touch()
    assert f"{small_mnist} cannot be written (Not a directory)" in message(Task(name="mnist"))


def test_it_is_not_downloaded_to_be_shown(nowhere, mirrors):
    asked = mirrors(offline)
    shown = describe(Model(task={"name": "mnist"}))
    assert asked == []
    assert "population input: 784 neurons" in shown
    assert "population output: 10 neurons" in shown


# the command line


def test_the_folder_is_named_on_the_command_line(tmp_path, monkeypatch, capsys):
    seen, train = [], "spikingfa.plots.training.train"
    monkeypatch.setattr(train, lambda model, **_: seen.append(model) or 1 / 0)
    monkeypatch.chdir(tmp_path)
    for name in ("idx", "mnist"):
        main(["run", "digits_fa", "--set", f"task.name={name}", "--data-dir", "a/b"])
    assert [model.task.folder for model in seen] == [str(tmp_path / "a" / "b")] * 2
    (tmp_path / "m.toml").write_text('[task]\nname = "mnist"\nfolder = "a"')
    main(["run", "m.toml", "--data", "mine.npz"])
    assert (seen[2].task.name, seen[2].task.folder) == ("arrays", None)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "--data-dir needs a model whose task is mnist or idx, got 'digits'"),
        (["--data", "x.npz"], "--data-dir needs a model whose task is mnist or idx, got 'arrays'"),
        (["--set", "task.name=idx"], "the data folder"),
    ],
)
def test_folders_that_a_run_refuses(arguments, reason, tmp_path, capsys):
    out = tmp_path / "run"
    command = ["run", "digits_fa", "--data-dir", str(tmp_path / "none"), "--out", str(out)]
    assert main(command + arguments) == 2
    told = capsys.readouterr().err
    assert reason in told
    assert len(told.splitlines()) == 1
    assert not out.exists()


# the real one


def test_the_real_mnist(real_mnist):
    data = load_data(Task(name="mnist", folder=str(real_mnist)))
    assert (data.x_train.shape, data.x_test.shape) == ((60000, 784), (10000, 784))
    assert data.classes == tuple("0123456789")
    counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(data.y_train).tolist() == counts
    assert (data.x_train.min(), data.x_train.max()) == (0, 1)
    assert data.y_train[:5].tolist() == [5, 0, 4, 1, 9]
    assert data.y_test[:5].tolist() == [7, 2, 1, 0, 4]
