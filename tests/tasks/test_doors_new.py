"""Data that a network was not trained on: encoded as in training, or refused by name."""

import numpy as np
import pytest

from spikingfa import DataError, SpikingFAWarning
from spikingfa.model.model import Task
from spikingfa.tasks import Encoding, load_data, load_new

RNG = np.random.default_rng(7)
KINDS = ("basket", "chandelier", "martinotti")
NAMES = ("width", "rate", "depth")
N = 60


def cells(n: int = N, low: float = 0.0, high: float = 1.0) -> list[tuple]:
    """Rows of three features and a class; the ends of each range are there."""
    x = RNG.uniform(low, high, (n, 3))
    x[0], x[1] = low, high
    return [(*row, KINDS[k % 3]) for k, row in enumerate(x.round(4).tolist())]


def write(path, rows, names=(*NAMES, "kind"), sep=",") -> str:
    lines = [sep.join(map(str, row)) for row in (names, *rows)]
    path.write_text("\n".join(lines) + "\n")
    return str(path)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Data of a table, all of whose rows are the training."""
    path = write(tmp_path_factory.mktemp("cells") / "train.csv", cells(low=-2, high=8))
    test = write(tmp_path_factory.mktemp("cells") / "test.csv", cells(6, low=-2, high=8))
    return load_data(Task(name="arrays", file=path, test_file=test))


def by_hand(rows, encoding: Encoding) -> tuple[np.ndarray, list[int]]:
    """Features over the range of the training, clipped, and numbers of classes."""
    x = np.array([row[:3] for row in rows])
    x = (x - (-2.0)) / (8.0 - (-2.0))
    return np.clip(x, 0, 1).astype(np.float32), [KINDS.index(row[3]) for row in rows]


def message(*arguments, **options) -> str:
    with pytest.raises(DataError) as caught:
        load_new(*arguments, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_encoding_says_how_a_table_became_stimuli(trained):
    assert trained.encoding == Encoding(
        n_features=3,
        classes=KINDS,
        columns=NAMES,
        label="kind",
        low=(-2.0, -2.0, -2.0),
        high=(8.0, 8.0, 8.0),
    )
    assert Encoding.model_validate_json(trained.encoding.model_dump_json()) == trained.encoding


ORDERS = {
    "as it was": lambda rows: rows,
    "other rows": lambda rows: rows[::-1],
    "two classes": lambda rows: [row for row in rows if row[3] != "basket"],
    "narrow range": lambda rows: [row for row in rows if max(row[:3]) < 5],
    "one row": lambda rows: rows[4:5],
}


@pytest.mark.parametrize("rearranged", ORDERS.values(), ids=ORDERS)
def test_all_rows_are_scaled_and_numbered_as_in_training(trained, tmp_path, rearranged):
    rows = rearranged(cells(30, low=-1, high=7))
    new = load_new(write(tmp_path / "new.csv", rows), trained.encoding)
    x, y = by_hand(rows, trained.encoding)
    np.testing.assert_allclose(new.x, x, atol=1e-6)
    assert new.x.dtype == np.float32
    assert new.y.tolist() == y


def test_columns_are_known_by_their_names(trained, tmp_path):
    rows = cells(30, low=-1, high=7)
    turned = [row[::-1] for row in rows]
    path = write(tmp_path / "new.csv", turned, ("kind", "depth", "rate", "width"))
    new, same = (load_new(p, trained.encoding) for p in (path, write(tmp_path / "same.csv", rows)))
    np.testing.assert_array_equal(new.x, same.x)
    np.testing.assert_array_equal(new.y, same.y)


def test_values_outside_the_range_of_the_training_are_said(trained, tmp_path):
    rows = [(0, 1, 99.5, "basket"), (0, 1, 2, "basket"), (-3, 1, 12, "martinotti")]
    path = write(tmp_path / "new.csv", rows)
    with pytest.warns(SpikingFAWarning) as caught:
        new = load_new(path, trained.encoding)
    assert str(caught[0].message) == (
        f"{path}: 3 of 9 values lie outside the range of the training data and are clipped to it:"
        " column 'depth' goes from 2 to 99.5, in training from -2 to 8"
    )
    np.testing.assert_allclose(new.x, by_hand(rows, trained.encoding)[0], atol=1e-6)


def test_labels_may_be_missing_where_they_are_not_needed(trained, tmp_path):
    rows = cells(9)
    path = write(tmp_path / "new.csv", [row[:3] for row in rows], NAMES)
    assert message(path, trained.encoding) == (
        f"{path}: has no labels, which stood in column 'kind' of the training data;"
        " has width, rate, depth"
    )
    new = load_new(path, trained.encoding, labels=False)
    assert new.y is None
    unknown = [(*row[:3], "bipolar") for row in rows]
    with_labels = load_new(write(tmp_path / "other.csv", unknown), trained.encoding, labels=False)
    assert with_labels.y is None
    np.testing.assert_array_equal(new.x, with_labels.x)


@pytest.mark.parametrize(
    ("names", "rows", "reason"),
    [
        (
            (*NAMES, "kind"),
            [(1, 2, 3, "basket"), (1, 2, 3, "bipolar")],
            "column 'kind' has the class 'bipolar' (first in row 1), which is none of the training"
            " data's: basket, chandelier, martinotti",
        ),
        (
            ("width", "rate", "depth_mm", "kind"),
            [(1, 2, 3, "basket")],
            "has no column 'depth', which the training data had, and has a column 'depth_mm',"
            " which the training data had not",
        ),
        (("width", "rate", "kind"), [(1, 2, "basket")], "has no column 'depth', which the"),
        (
            (*NAMES, "age", "kind"),
            [(1, 2, 3, 4, "basket")],
            "has a column 'age', which the training data had not",
        ),
        ((*NAMES, "kind"), [(1, "two", 3, "basket")], "line 2, column 'rate': needs a number"),
    ],
)
def test_tables_that_do_not_fit(trained, tmp_path, names, rows, reason):
    path = write(tmp_path / "new.csv", rows, names)
    told = message(path, trained.encoding)
    assert told.startswith(path)
    assert reason in told


X, Y = RNG.uniform(0, 1, (30, 4)), np.repeat([3, 5, 9], 10)


def save(path, **arrays) -> str:
    np.savez(path, **arrays)
    return str(path)


@pytest.fixture
def arrays(tmp_path) -> Encoding:
    return load_data(Task(name="arrays", file=save(tmp_path / "train.npz", x=X, y=Y))).encoding


def test_the_encoding_of_arrays(arrays):
    assert arrays == Encoding(n_features=4, classes=("3", "5", "9"))


def test_arrays_are_shown_whole_and_numbered_as_in_training(arrays, tmp_path):
    rows = [25, 3, 12, 29]
    new = load_new(save(tmp_path / "new.npz", x=X[rows], y=Y[rows].astype(str)), arrays)
    np.testing.assert_array_equal(new.x, X[rows].astype(np.float32))
    assert new.y.tolist() == [2, 0, 1, 2]
    two = {"x_train": X[:4], "y_train": Y[:4], "x_test": X[28:], "y_test": Y[28:]}
    new = load_new(save(tmp_path / "both.npz", **two), arrays)
    np.testing.assert_array_equal(new.x, X[[0, 1, 2, 3, 28, 29]].astype(np.float32))
    assert new.y.tolist() == [0, 0, 0, 0, 2, 2]
    assert load_new(save(tmp_path / "no.npz", x=X), arrays, labels=False).y is None


def test_bytes_are_divided_as_in_training(tmp_path):
    x = RNG.integers(0, 256, (30, 4), np.uint8)
    encoding = load_data(Task(name="arrays", file=save(tmp_path / "a.npz", x=x, y=Y))).encoding
    assert encoding.divisor == 255
    dim = np.array([[0, 1, 1, 0]], np.uint8)
    new = load_new(save(tmp_path / "dim.npz", x=dim), encoding, labels=False)
    np.testing.assert_array_equal(new.x, dim / np.float32(255))
    divided = load_new(save(tmp_path / "f.npz", x=dim.astype(float)), encoding, labels=False)
    np.testing.assert_array_equal(divided.x, dim)


@pytest.mark.parametrize(
    ("arrays_of", "reason"),
    [
        ({"x": X[:, :3], "y": Y}, "x has 3 features, not 4 as in training"),
        ({"x": X, "y": Y + 1}, "y has the class '4' (first in row 0), which is none of"),
        ({"x": X, "y": Y[:-1]}, "x has 30 rows but y has 29 labels"),
        ({"x": X}, "needs an array 'y', has x"),
        ({"x": 16 * X, "y": Y}, "x needs numbers in [0, 1] or uint8"),
        ({"times": [0.1]}, "holds events, but the training data were intensities"),
    ],
)
def test_arrays_that_do_not_fit(arrays, tmp_path, arrays_of, reason):
    path = save(tmp_path / "new.npz", **arrays_of)
    told = message(path, arrays)
    assert told.startswith(path)
    assert reason in told


def test_arrays_and_tables_are_not_taken_for_each_other(arrays, trained, tmp_path):
    table = write(tmp_path / "new.csv", cells(6))
    assert message(table, arrays) == (
        f"{table}: is a table, but the training data had no named columns"
    )
    told = message(save(tmp_path / "new.npz", x=X[:, :3], y=Y), trained.encoding)
    assert told.endswith("a table with the columns width, rate, depth: needs another one")


def spikes(**changes) -> dict[str, np.ndarray]:
    stimuli = np.repeat(np.arange(30), 8)
    units = RNG.integers(0, 6, 240)
    units[:2] = 0, 5
    events = {"times": RNG.uniform(0, 0.1, 240), "units": units, "stimuli": stimuli}
    return events | {"labels": Y} | changes


@pytest.fixture
def events(tmp_path) -> Encoding:
    return load_data(Task(name="spikes", file=save(tmp_path / "s.npz", **spikes()))).encoding


def test_events_are_shown_whole_and_numbered_as_in_training(events, tmp_path):
    assert events == Encoding(n_features=6, classes=("3", "5", "9"), events=True)
    fewer = spikes(units=np.zeros(240, int), labels=np.resize([9, 3], 30))
    new = load_new(save(tmp_path / "new.npz", **fewer), events)
    assert new.x.shape == (30, 6)
    assert new.y.tolist() == [2, 0] * 15
    del fewer["labels"]
    path = save(tmp_path / "no.npz", **fewer)
    assert message(path, events) == f"{path}: needs an array 'labels', has times, units, stimuli"
    new = load_new(path, events, labels=False)
    assert (new.x.shape, new.y) == ((30, 6), None)


def test_events_in_hdf5_need_no_labels(events, tmp_path):
    h5py = pytest.importorskip("h5py")
    path = str(tmp_path / "new.h5")
    with h5py.File(path, "w") as file:
        for name, kind in (("times", np.float32), ("units", np.uint16)):
            stored = file.create_dataset(f"spikes/{name}", (2,), h5py.vlen_dtype(kind))
            stored[0], stored[1] = np.zeros(3, kind), np.ones(2, kind)
    assert message(path, events) == f"{path}: needs a data set 'labels', has spikes"
    new = load_new(path, events, labels=False)
    assert new.x.shape == (2, 6)
    assert new.x.of(1)[1].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"units": np.full(240, 6)},
            "units needs numbers from 0 to 5, as in training, got 6 in event 0",
        ),
        ({"labels": np.zeros(30, int)}, "labels has the class '0' (first in row 0)"),
        ({"times": np.full(240, -1.0)}, "times needs seconds since the onset, from 0 on, got -1"),
    ],
)
def test_events_that_do_not_fit(events, tmp_path, changes, reason):
    path = save(tmp_path / "new.npz", **spikes(**changes))
    told = message(path, events)
    assert told.startswith(path)
    assert reason in told


def test_all_data_have_an_encoding():
    digits = load_data(Task()).encoding
    assert digits == Encoding(n_features=64, classes=tuple("0123456789"))
    linear = load_data(Task(name="linear", n_train=5, n_test=5)).encoding
    assert linear == Encoding(n_features=60)
    pattern = load_data(Task(name="spike_pattern", n_train=1)).encoding
    assert pattern == Encoding(n_features=100, events=True)
