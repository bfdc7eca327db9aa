"""Stimuli: how they are split and scaled, and what is refused with a reason."""

import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spikingfa import DataError
from spikingfa.model.model import Task
from spikingfa.tasks import load_data

RNG = np.random.default_rng(5)
X = RNG.uniform(0, 1, (30, 4))
Y = np.repeat([0, 1, 2], 10)


@pytest.fixture(scope="module")
def digits():
    return load_data(Task())


@pytest.fixture
def save(tmp_path):
    """Write arrays to a file and return the task that reads it."""

    def to_task(*, task=None, **arrays):
        path = tmp_path / "data.npz"
        np.savez(path, **arrays)
        return Task(name="arrays", file=str(path), **(task or {}))

    return to_task


def message(task) -> str:
    with pytest.raises(DataError) as caught:
        load_data(task)
    told = str(caught.value)
    assert "\n" not in told
    assert task.file in told
    return told


def equal(one, other) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("x_train", "y_train", "x_test", "y_test", "classes")
    )


def rows(x) -> set[bytes]:
    return {row.tobytes() for row in x}


# digits


def test_digits_are_all_there_once(digits):
    assert digits.classes == tuple("0123456789")
    assert digits.n_features == 64
    assert (len(digits.x_train), len(digits.x_test)) == (1437, 360)
    assert (len(digits.y_train), len(digits.y_test)) == (1437, 360)
    assert rows(digits.x_train).isdisjoint(rows(digits.x_test))
    assert len(rows(digits.x_train) | rows(digits.x_test)) == 1797


def test_digits_are_intensities(digits):
    for x in (digits.x_train, digits.x_test):
        assert x.dtype == np.float32
        assert (x.min(), x.max()) == (0, 1)
        np.testing.assert_array_equal(x * 16, np.round(x * 16))


def test_digits_are_stratified(digits):
    train, test = np.bincount(digits.y_train), np.bincount(digits.y_test)
    np.testing.assert_allclose(test / (train + test), 360 / 1797, atol=0.004)


def test_digits_are_split_the_same_way_for_the_same_seed(digits):
    assert equal(digits, load_data(Task()))
    other = load_data(Task(split_seed=1))
    assert not equal(digits, other)
    assert rows(other.x_train) | rows(other.x_test) == rows(digits.x_train) | rows(digits.x_test)


@pytest.mark.parametrize(("fraction", "n_test"), [(0.5, 899), (0.01, 18), (0.9, 1618)])
def test_part_of_the_digits_that_is_held_out(fraction, n_test):
    assert len(load_data(Task(test_fraction=fraction)).x_test) == n_test


# arrays


def test_arrays_are_split_stratified_and_reproducibly(save):
    data = load_data(save(x=X, y=Y))
    assert data.classes == ("0", "1", "2")
    assert data.n_features == 4
    assert np.bincount(data.y_train).tolist() == [8, 8, 8]
    assert np.bincount(data.y_test).tolist() == [2, 2, 2]
    assert rows(data.x_train).isdisjoint(rows(data.x_test))
    assert equal(data, load_data(save(x=X, y=Y)))
    assert not equal(data, load_data(save(x=X, y=Y, task={"split_seed": 1})))


def test_a_stimulus_keeps_its_label(save):
    data = load_data(save(x=X, y=Y))
    label_of = {row.astype(np.float32).tobytes(): label for row, label in zip(X, Y, strict=True)}
    for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test)):
        assert [label_of[row.tobytes()] for row in x] == y.tolist()


@given(values=st.lists(st.integers(0, 255), min_size=4, max_size=4))
def test_bytes_are_scaled_to_one(values, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "bytes.npz"
    x = np.array([[0, 255], values[:2], values[2:], [255, 0]], np.uint8)
    np.savez(path, x=x, y=[0, 0, 1, 1], x_test=x, y_test=[0, 0, 1, 1])
    data = load_data(Task(name="arrays", file=str(path)))
    assert data.x_train.dtype == data.x_test.dtype == np.float32
    np.testing.assert_allclose(data.x_train, x / 255, rtol=1e-7)
    np.testing.assert_array_equal(data.x_train, data.x_test)


@pytest.mark.parametrize("kind", ["float16", "float32", "float64", "int8", "int64", "bool"])
def test_types_of_intensities(save, kind):
    data = load_data(save(x=(X > 0.5).astype(kind), y=Y))
    assert data.x_train.dtype == np.float32
    assert set(np.unique(data.x_train)) == {0, 1}


def test_the_ends_of_the_range_belong_to_it(save):
    data = load_data(
        save(x=[[0.0], [1.0], [-0.0], [1.0]], y=[1, 2, 1, 2], task={"test_fraction": 0.5})
    )
    assert sorted(data.x_train.ravel()) == sorted(data.x_test.ravel()) == [0, 1]


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, np.uint64])
@pytest.mark.parametrize("labels", [(0, 1, 2), (7, 30, 100)])
def test_labels_become_class_numbers(save, labels, kind):
    data = load_data(save(x=X, y=np.array(labels, kind)[Y]))
    assert data.classes == tuple(map(str, labels))
    assert np.unique(data.y_train).tolist() == [0, 1, 2]
    assert np.unique(data.y_test).tolist() == [0, 1, 2]


def test_negative_labels_far_apart(save):
    data = load_data(save(x=X, y=np.array([10**12, -5, 0])[Y]))
    assert data.classes == ("-5", "0", "1000000000000")


def test_a_given_test_is_not_split(save):
    data = load_data(save(x=X, y=Y + 5, x_test=X[[0, 20]] / 2, y_test=np.array([5, 7])))
    np.testing.assert_array_equal(data.x_train, X.astype(np.float32))
    np.testing.assert_array_equal(data.y_train, Y)
    np.testing.assert_array_equal(data.x_test, (X[[0, 20]] / 2).astype(np.float32))
    assert data.y_test.tolist() == [0, 2]
    assert data.classes == ("5", "6", "7")


def test_a_file_of_its_own_for_the_test(save, tmp_path):
    test = tmp_path / "test.npz"
    np.savez(test, x=X[[0, 20]] / 2, y=np.array([5, 7]))
    data = load_data(save(x=X, y=Y + 5, task={"test_file": str(test)}))
    np.testing.assert_array_equal(data.x_train, X.astype(np.float32))
    np.testing.assert_array_equal(data.x_test, (X[[0, 20]] / 2).astype(np.float32))
    assert data.y_test.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({}, "needs an array 'x', has none"),
        ({"x": X}, "needs an array 'y', has x"),
        ({"x": X[:, :3], "y": Y}, "x has 3 features, not 4 as in training"),
        (
            {"x": X, "y": Y + 1},
            "y has the class '3' (first in row 20), which is none of the training data's: 0, 1, 2",
        ),
    ],
)
def test_test_files_that_are_refused(save, tmp_path, arrays, reason):
    test = str(tmp_path / "test.npz")
    np.savez(test, **arrays)
    with pytest.raises(DataError) as caught:
        load_data(save(x=X, y=Y, task={"test_file": test}))
    assert str(caught.value) == f"{test}: {reason}"


def test_other_arrays_in_the_file_do_not_matter(save):
    data = load_data(save(x=X, y=Y, names=np.array(["a", "b"]), images=np.zeros((2, 2, 2))))
    assert equal(data, load_data(save(x=X, y=Y)))


def test_arrays_stay_when_the_file_is_gone(save, tmp_path):
    data = load_data(save(x=X, y=Y))
    (tmp_path / "data.npz").unlink()
    assert np.isfinite(data.x_train).all()


# what is chosen from the training data


def test_the_last_training_stimuli_take_the_place_of_the_test(digits):
    data = load_data(Task(validation=100))
    np.testing.assert_array_equal(data.x_train, digits.x_train[:1337])
    np.testing.assert_array_equal(data.y_train, digits.y_train[:1337])
    np.testing.assert_array_equal(data.x_test, digits.x_train[1337:])
    np.testing.assert_array_equal(data.y_test, digits.y_train[1337:])
    assert data.classes == digits.classes


def first_of_each_class(data, n: int) -> np.ndarray:
    """Indices of the first stimuli of each class, n of all ten."""
    found = [np.flatnonzero(data.y_train == k)[: n // 10] for k in range(10)]
    return np.sort(np.concatenate(found))


def test_so_many_stimuli_are_trained_on_and_all_are_tested(digits):
    data, first = load_data(Task(limit=50)), first_of_each_class(digits, 50)
    np.testing.assert_array_equal(data.x_train, digits.x_train[first])
    np.testing.assert_array_equal(data.y_train, digits.y_train[first])
    np.testing.assert_array_equal(data.x_test, digits.x_test)
    assert equal(load_data(Task(limit=10**9)), digits)


def test_the_same_stimuli_are_held_out_whatever_the_limit():
    data, limited = load_data(Task(validation=100)), load_data(Task(validation=100, limit=50))
    np.testing.assert_array_equal(limited.x_test, data.x_test)
    np.testing.assert_array_equal(limited.x_train, data.x_train[first_of_each_class(data, 50)])


def test_a_limit_below_the_number_of_classes_keeps_the_classes():
    data = load_data(Task(limit=1))
    assert (len(data.x_train), len(data.classes)) == (1, 10)


@pytest.mark.parametrize("task", [{"validation": 7}, {"limit": 5}, {"validation": 3, "limit": 2}])
def test_arrays_are_chosen_from_too(save, task):
    data, whole = load_data(save(x=X, y=Y, task=task)), load_data(save(x=X, y=Y))
    n, held_out = task.get("limit", 24), task.get("validation", 0)
    assert len(data.x_train) == min(n, 24 - held_out)
    np.testing.assert_array_equal(data.x_train, whole.x_train[: len(data.x_train)])
    np.testing.assert_array_equal(
        data.x_test, whole.x_train[24 - held_out :] if held_out else whole.x_test
    )


@pytest.mark.parametrize("validation", [24, 25, 10**9])
def test_validation_needs_training_data(save, validation):
    with pytest.raises(DataError, match=r"of 24 training stimuli 0 are left, none of class 0"):
        load_data(save(x=X, y=Y, task={"validation": validation}))


def test_validation_needs_training_data_of_every_class(save):
    task = save(x=X, y=Y + 5, x_test=X, y_test=Y + 5, task={"validation": 10})
    with pytest.raises(DataError, match=r"task\.validation = 10: of 30 .* 20 are .* of class 7$"):
        load_data(task)


# what is refused


def with_value(value):
    x = X.copy()
    x[7, 2] = value
    return x


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        (
            {"x": with_value(np.nan)},
            "x needs numbers in [0, 1] or uint8, got nan in row 7, column 2",
        ),
        ({"x": with_value(np.inf)}, "got inf in row 7, column 2"),
        ({"x": with_value(-np.inf)}, "got -inf in row 7"),
        ({"x": with_value(-1e-5)}, "got -1e-05 in row 7, column 2"),
        ({"x": with_value(1.00001)}, "got 1.00001 in row 7, column 2"),
        ({"x": (255 * X).astype(int)}, "x needs numbers in [0, 1] or uint8, got"),
        ({"x": X.astype(complex)}, "got complex128"),
        ({"x": X.astype(str)}, "x needs numbers in [0, 1] or uint8, got <U"),
        ({"x": np.zeros((30, 4))}, "x is zero everywhere"),
        ({"x": np.zeros((30, 4), np.uint8)}, "x is zero everywhere"),
        ({"x": np.full((30, 4), 1e-60)}, "x is zero everywhere"),
        ({"x": X[:, 0]}, "x needs the shape (n, d), got (30,)"),
        ({"x": 0.5}, "x needs the shape (n, d), got ()"),
        ({"x": np.empty((0, 4)), "y": np.empty(0, int)}, "x needs the shape (n, d), got (0, 4)"),
        ({"x": np.empty((30, 0))}, "x needs the shape (n, d), got (30, 0)"),
        ({"y": Y[:-1]}, "x has 30 rows but y has 29 labels"),
        ({"y": 2 * np.eye(3)[Y]}, "one-hot rows (n, k), got (30, 3); row 0 is no single 1"),
        ({"y": np.empty(0, int)}, "y needs a label for each row, shape (n,), got (0,)"),
        ({"y": np.where(Y == 1, np.nan, Y)}, "y needs a label for each row, got nan in row 10"),
        ({"y": Y.astype(complex)}, "y needs numbers or names of classes, got complex128"),
        ({"y": np.where(Y == 1, " ", "a")}, "y needs a label for each row, got nothing in row 10"),
        ({"y": np.zeros(30, int)}, "y needs at least two classes, got 1"),
        ({"y": np.r_[Y[:-1], 9]}, "a class has one sample"),
        ({"y": np.arange(30) // 2}, "cannot split the data for a test"),
        ({"x": np.array([[{}]] * 30)}, "x is an array of Python objects, which are not read"),
        ({"y": np.array([None] * 30)}, "y is an array of Python objects, which are not read"),
        ({"x_test": X}, "needs an array 'y_test', has x, y, x_test"),
        ({"y_test": Y}, "needs an array 'x_test', has x, y, y_test"),
        ({"x_test": X[:, :3], "y_test": Y}, "x_test has 3 features, not 4"),
        ({"x_test": X[:9], "y_test": Y}, "x_test has 9 rows but y_test has 30 labels"),
        (
            {"x_test": X, "y_test": Y + 1},
            "y_test has the class '3' (first in row 20), which is none of the training data's: 0",
        ),
        ({"x_test": with_value(2.0), "y_test": Y}, "x_test needs numbers in [0, 1]"),
        ({"x_test": X, "y_test": Y / 2}, "y_test has the class '0.5' (first in row 10)"),
        ({"x_test": X[:0], "y_test": Y[:0]}, "x_test needs the shape (n, d), got (0, 4)"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_arrays_that_are_refused(save, arrays, reason):
    assert reason in message(save(**{"x": X, "y": Y, **arrays}))


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({}, "needs an array 'x', has none"),
        ({"y": Y}, "needs an array 'x', has y"),
        ({"x": X}, "needs an array 'y', has x"),
        ({"X": X, "Y": Y}, "needs an array 'x', has X, Y"),
    ],
    ids=str,
)
def test_arrays_that_are_missing(save, arrays, reason):
    assert reason in message(save(**arrays))


@pytest.mark.parametrize(
    ("fraction", "reason"),
    [
        (0.01, "cannot split the data for a test"),
        (0.99, "cannot split the data for a test"),
        (0.999999, "cannot split the data for a test"),
    ],
)
def test_parts_that_leave_a_class_out(save, fraction, reason):
    assert reason in message(save(x=X, y=Y, task={"test_fraction": fraction}))


def test_a_rare_class_needs_training_data(save):
    task = save(x=X[:12], y=np.repeat([0, 1], [10, 2]), task={"test_fraction": 0.8})
    assert "a class has no training data with task.test_fraction = 0.8" in message(task)


def test_no_file_is_named():
    with pytest.raises(
        DataError, match=r"task\.file: task arrays needs the path of an \.npz, \.csv or \.tsv file"
    ):
        load_data(Task(name="arrays"))


def damaged(path, content):
    path.write_bytes(content)


def cut(path):
    np.savez(path, x=X, y=Y)
    damaged(path, path.read_bytes()[:700])


def overwritten(path):
    np.savez(path, x=X, y=Y)
    content = bytearray(path.read_bytes())
    content[300:340] = bytes(40)
    damaged(path, content)


def single_array(path):
    with open(path, "wb") as file:
        np.save(file, X)


def zip_of_text(path):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("x", "0 1 2")
        file.writestr("y", "0 1 2")


NO_NPZ = {
    "empty": lambda path: damaged(path, b""),
    "text": lambda path: damaged(path, b"0,1,2\n3,4,5\n"),
    "random": lambda path: damaged(path, bytes(range(256))),
    "zip only in name": lambda path: damaged(path, b"PK\x03\x04" + bytes(100)),
    "cut": cut,
    "overwritten": overwritten,
    "single array": single_array,
}


@pytest.mark.parametrize("make", NO_NPZ.values(), ids=NO_NPZ.keys())
def test_files_that_are_no_npz(make, tmp_path):
    make(tmp_path / "data.npz")
    task = Task(name="arrays", file=str(tmp_path / "data.npz"))
    assert "it is not an .npz file of plain arrays" in message(task)


def test_a_zip_file_of_something_else(tmp_path):
    zip_of_text(tmp_path / "data.npz")
    task = Task(name="arrays", file=str(tmp_path / "data.npz"))
    assert "needs an array 'x', has none" in message(task)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none.npz", "No such file or directory"),
        ("", "Is a directory"),
        ("x" * 300, "File name too long"),
        ("a\0b", "cannot read the data file"),
    ],
)
def test_files_that_cannot_be_read(name, reason, tmp_path):
    assert reason in message(Task(name="arrays", file=f"{tmp_path}/{name}".rstrip("/")))
