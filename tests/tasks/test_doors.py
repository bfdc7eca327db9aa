"""Data come through one door: what files and Python may hold, what is doubtful, what is refused."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
from helpers.waits import LIMIT
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import spikingfa
from spikingfa import Data, DataError, Events, SpikingFAWarning
from spikingfa.model.model import Task
from spikingfa.tasks import data as tasks_data
from spikingfa.tasks import load_data, load_new
from spikingfa.training.data_fit import topology_of
from spikingfa.training.metrics import METRICS
from spikingfa.training.session import Session

pandas = pytest.importorskip("pandas")

RNG = np.random.default_rng(11)
X = RNG.uniform(0, 1, (30, 4)).astype(np.float32)
Y = np.repeat([0, 1, 2], 10)
NAMES = np.array(["ax", "by", "cz"])[Y]
PARTS = ("x_train", "y_train", "x_test", "y_test")


def in_memory(x, y, **others) -> Data:
    return Data(x, y, x[:20], y[:20], **others)


def from_file(path: Path, x, y) -> Data:
    np.savez(path, x=x, y=y, x_test=x[:20], y_test=y[:20])
    return load_data(Task(name="arrays", file=str(path)))


def message(function, *arguments, **options) -> str:
    with pytest.raises(DataError) as caught:
        function(*arguments, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def warned(caught) -> str:
    assert len(caught) == 1
    text = str(caught[0].message)
    assert "\n" not in text
    return text


def assert_same(one: Data, other: Data) -> None:
    for name in PARTS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert (one.classes, one.image) == (other.classes, other.image)
    assert one.x_train.dtype == other.x_train.dtype == np.float32


# the same values, from a file and from memory


@pytest.mark.parametrize("kind", ["float32", "float64", "float16", "uint8", "bool", "int64"])
def test_doors_agree_on_intensities(tmp_path, kind):
    x = (255 * X).astype(np.uint8) if kind == "uint8" else (X > 0.5).astype(kind)
    assert_same(in_memory(x, Y), from_file(tmp_path / "x.npz", x, Y))


LABELS = {
    "numbers": Y,
    "from one": Y + 1,
    "from minus one": Y - 1,
    "far apart": np.array([10**12, -5, 0])[Y],
    "floats": Y.astype(float),
    "unsigned": Y.astype(np.uint8),
    "words": NAMES,
    "bytes": NAMES.astype("S"),
    "truth": Y > 0,
    "a column": Y[:, None],
    "numbers as text": (Y + 9).astype(str),
}


@pytest.mark.parametrize("y", LABELS.values(), ids=LABELS)
def test_doors_agree_on_labels(tmp_path, y):
    data = in_memory(X, y)
    assert_same(data, from_file(tmp_path / "x.npz", X, y))
    expected = sorted({str(k) for k in np.unique(y)}, key=lambda s: (len(s), s))
    if y is LABELS["floats"]:
        expected = ["0", "1", "2"]
    elif y is LABELS["far apart"]:
        expected = ["-5", "0", "1000000000000"]
    elif y is LABELS["bytes"]:
        expected = ["ax", "by", "cz"]
    elif y is LABELS["from minus one"]:
        expected = ["-1", "0", "1"]
    elif y is LABELS["truth"]:
        expected = ["False", "True"]
    assert data.classes == tuple(expected)


REFUSED = {
    "to 16": (16 * X, Y, "x needs numbers in [0, 1] or uint8, got", "the largest is 1"),
    "negative": (np.where(X > 0.99, -0.5, X), Y, "x needs numbers in [0, 1] or uint8, got -0.5 in"),
    "nan": (np.where(X[7, 2] == X, np.nan, X), Y, "x needs numbers", "got nan in row 7, column 2"),
    "infinite": (np.where(X[7, 2] == X, np.inf, X), Y, "got inf in row 7, column 2"),
    "one row": (X[:, 0], Y, "x needs the shape (n, d), got (30,)"),
    "words": (X.astype(str), Y, "x needs numbers in [0, 1] or uint8, got <U"),
    "dark": (0 * X, Y, "x is zero everywhere"),
    "lengths": (X, Y[:-1], "has 30 rows but y has 29 labels"),
    "no label": (X, np.where(Y == 1, np.nan, Y), "y needs a label for each row, got nan in row 10"),
    "no word": (X, np.where(Y == 2, "", NAMES), "y needs a label for each row, got nothing in row"),
    "one class": (X, 0 * Y, "y needs at least two classes, got 1"),
    "complex": (X, Y + 0j, "y needs numbers or names of classes, got complex128"),
    "no one-hot": (X, X, "y needs the shape (n,), or one-hot rows (n, k), got (30, 4); row 0"),
}


@pytest.mark.parametrize(
    ("x", "y", "reasons"), [(x, y, r) for x, y, *r in REFUSED.values()], ids=REFUSED
)
def test_doors_agree_on_what_is_refused(tmp_path, x, y, reasons):
    file = message(from_file, tmp_path / "x.npz", x, y)
    memory = message(in_memory, x, y).replace("x_train", "x").replace("y_train", "y")
    for reason in reasons:
        assert reason in memory
        assert reason in file
    assert file.endswith(memory)


def test_doors_agree_on_one_hot_labels(tmp_path):
    for make in (in_memory, lambda x, y: from_file(tmp_path / "x.npz", x, y)):
        with pytest.warns(SpikingFAWarning, match="is one-hot: the 3 columns are taken") as caught:
            data = make(X, np.eye(3)[Y])
        assert len(caught) == 2  # training and test
        assert data.classes == ("0", "1", "2")
        np.testing.assert_array_equal(data.y_train, Y)


@pytest.mark.parametrize(("most", "divisor"), [(16, 255), (1, 1), (255, 255), (128, 255)])
def test_doors_agree_on_bytes_that_do_not_reach_255(tmp_path, recwarn, most, divisor):
    x = RNG.integers(0, most + 1, (30, 4), np.uint8)
    x[0, 0] = most
    datas = [in_memory(x, Y), from_file(tmp_path / "x.npz", x, Y)]
    for data in datas:
        np.testing.assert_array_equal(data.x_train, x / np.float32(divisor))
        assert data.encoding.divisor == divisor
    texts = [str(warning.message) for warning in recwarn]
    assert len(texts) == (2 if most == 16 else 0)
    for text in texts:
        assert (
            "is uint8 from 0 to 16 and is divided by 255, so that intensities reach 0.063" in text
        )
        assert "task.divisor = 16 (or x / 16 in Python) makes 16 full intensity" in text


def test_a_divisor_says_what_full_intensity_is(tmp_path):
    x = RNG.integers(0, 17, (30, 4), np.uint8)
    x[0, 0] = 16
    for kind in (np.uint8, float, int):
        np.savez(tmp_path / "x.npz", x=x.astype(kind), y=Y, x_test=x.astype(kind), y_test=Y)
        task = Task(name="arrays", file=str(tmp_path / "x.npz"), divisor=16)
        data = load_data(task)
        np.testing.assert_array_equal(data.x_train, (x / 16).astype(np.float32))
        np.testing.assert_array_equal(data.x_test, data.x_train)
    np.savez(tmp_path / "x.npz", x=x, y=Y)
    told = message(load_data, Task(name="arrays", file=str(tmp_path / "x.npz"), divisor=8))
    assert "needs numbers in [0, 1] or uint8, got" in told


def test_rounding_is_let_pass(tmp_path):
    x = X.astype(float)
    x[3, 1], x[4, 2] = 1.0000000000000002, -1e-17
    for data in (in_memory(x, Y), from_file(tmp_path / "x.npz", x, Y)):
        assert data.x_train[3, 1] == 1
        assert data.x_train[4, 2] == 0


def test_images_are_flattened(tmp_path):
    images = X.reshape(30, 2, 2)
    for x in (images, images[..., None]):
        for data in (in_memory(x, Y), from_file(tmp_path / "x.npz", x, Y)):
            np.testing.assert_array_equal(data.x_train, X)
            assert data.image == (2, 2)
    assert in_memory(X, Y, image=(2, 2)).image == (2, 2)
    assert message(in_memory, X, Y, image=(3, 2)) == "image = (3, 2) needs 6 features, got 4"


def test_as_many_classes_as_rows_are_doubtful(tmp_path):
    for make in (in_memory, lambda x, y: from_file(tmp_path / "x.npz", x, y)):
        with pytest.warns(SpikingFAWarning, match="has 30 classes in 30 rows: numbers to be"):
            make(X, X[:, 0])


# what only memory can hold

CONTAINERS = {
    "lists": (X.tolist(), Y.tolist()),
    "words in a list": (X.tolist(), NAMES.tolist()),
    "DataFrame and Series": (pandas.DataFrame(X), pandas.Series(NAMES)),
    "categories": (pandas.DataFrame(X), pandas.Series(NAMES).astype("category")),
    "DataFrame of objects": (pandas.DataFrame(X).astype(object), pandas.Series(Y).astype(object)),
    "sparse": (scipy.sparse.csr_matrix(X), Y),
    "objects": (X.astype(object), NAMES.astype(object)),
}


@pytest.mark.parametrize(("x", "y"), CONTAINERS.values(), ids=CONTAINERS)
def test_doors_are_open_to_containers(x, y):
    data = Data(x, y, x[:20], y[:20])
    assert_same(data, in_memory(X, Y if np.asarray(y)[0] == 0 else NAMES))


def test_columns_of_data_frames_are_known_by_name():
    x = pandas.DataFrame(X, columns=list("abcd"))
    data = Data(x, Y, x[list("dcba")], Y)
    np.testing.assert_array_equal(data.x_test, data.x_train)
    other = x.rename(columns={"d": "e"})
    assert message(Data, x, Y, other, Y) == "x_test has no column 'd', which x_train has"
    assert message(Data, x, Y, x.assign(e=0), Y) == "x_test has a column 'e', which x_train has not"


def test_named_classes_keep_class_numbers():
    """Numbers from 0 are those of `classes`, also where some of them do not occur."""
    classes = ("right", "left", "none")
    y = np.array([0, 1] * 15)
    data = in_memory(X, y, classes=classes)
    assert data.classes == classes
    assert data.y_train is y
    for same in (y.astype(float), y.astype(np.uint8), y > 0, np.eye(3)[y][:, :1] == 0):
        np.testing.assert_array_equal(in_memory(X, same, classes=classes).y_train, y)
    numbers = in_memory(X, y, classes=("5", "0", "1"))
    np.testing.assert_array_equal(numbers.y_train, y)  # numbers of classes, not their names


def test_named_classes_are_known_by_their_names():
    data = in_memory(X, NAMES, classes=("cz", "ax", "by"))
    np.testing.assert_array_equal(data.y_train, [1, 2, 0][0:1] * 10 + [2] * 10 + [0] * 10)
    assert data.classes == ("cz", "ax", "by")
    numbers = in_memory(X, Y + 1, classes=("1", "2", "3"))
    np.testing.assert_array_equal(numbers.y_train, Y)


def test_labels_from_one_are_the_classes_in_their_order():
    with pytest.warns(SpikingFAWarning) as caught:
        data = in_memory(X, Y + 1, classes=("a", "b", "c"))
    assert warned(caught) == (
        "y_train has the labels 1 to 3, not from 0: they are taken for the classes a, b, c, in"
        " this order"
    )
    np.testing.assert_array_equal(data.y_train, Y)


@pytest.mark.parametrize(
    ("y", "reason"),
    [
        (
            Y - 1,
            "y_train needs numbers of classes from 0 to 2, or names, got -1 in row 0",
        ),
        (Y * 5, "y_train needs numbers of classes from 0 to 2, or names, got 5 in row 10"),
        (Y / 2 + 0.1, "y_train has the class '0.1' (first in row 0), which is none of the classes"),
        (NAMES, "y_train has the class 'ax' (first in row 0), which is none of the classes"),
    ],
)
def test_labels_of_no_named_class(y, reason):
    assert reason in message(in_memory, X, y, classes=("a", "b", "c"))


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((X, Y, X[:, :3], Y), "x_test has 3 features, not 4 as in training"),
        ((X, Y, X, Y[:9]), "x_test has 30 rows but y_test has 9 labels"),
        ((X, Y, X, Y + 1), "y_test has the class '3' (first in row 20), which is none of"),
        ((X, Y, 2 * X, Y), "x_test needs numbers in [0, 1] or uint8"),
        (([[0.1], [0.2, 0.3]], [0, 1], X, Y), "x_train needs an array"),
        (([["a", 1.0]] * 30, Y, X, Y), "x_train needs numbers"),
        ((X[:0], Y[:0], X, Y), "x_train needs the shape (n, d), got (0, 4)"),
        ((X, Y, X[:0], Y[:0]), "x_test needs the shape (n, d), got (0, 4)"),
        ((X, [None] * 30, X, Y), "y_train needs a label for each row, got nothing in row 0"),
        ((X, Y, Events.listed([0.1], [0], [0], 1, 4), [0]), "both need to be Events"),
    ],
)
def test_memory_that_is_refused(parts, reason):
    assert reason in message(Data, *parts)


def test_answers_in_place_of_classes():
    answers = [[0.5, 0], [0, 1]]
    rows = np.resize([0, 1], 30)
    data = in_memory(X, rows, answers=answers, metric="nse")
    assert (data.classes, data.n_outputs) == ((), 2)
    assert data.answers.dtype == np.float32
    assert message(in_memory, X, Y, answers=answers) == (
        "y_train needs rows of the answers, whole numbers from 0 to 1, got 2 in row 20"
    )
    assert "answers needs numbers from 0 on, got -1.0 in row 0, column 1" in message(
        in_memory, X, rows, answers=[[1.0, -1.0]] * 2
    )
    assert message(in_memory, X, Y, metric="mse") == (
        "metric needs one of error, nse, van_rossum, got 'mse'"
    )
    assert set(tasks_data.METRICS) == set(METRICS)


# events


def test_events_in_memory_go_through_the_checks_of_files():
    times, units, stimuli = [0.01, 0.02, 0.03], [0, 9, 1], [0, 0, 1]
    events = Events.listed(times, units, stimuli, 2, 10)
    assert events.of(0)[1].tolist() == [0, 9]
    np.testing.assert_array_equal(
        Events.listed(times, [0.0, 9.0, 1.0], stimuli, 2, 10).starts, events.starts
    )
    for arguments, reason in [
        (
            (times, [1, 10, 2], stimuli),
            "units needs numbers from 0 to 9 (these seem to be counted from 1: units - 1), got",
        ),
        ((times, [-1, 9, 1], stimuli), "units needs numbers from 0 to 9, got -1 in event 0"),
        ((times, [0.9, 9, 1], stimuli), "units needs whole numbers, got 0.9 in event 0"),
        ((times, units, [0, 0, 2]), "stimuli needs numbers from 0 to 1, got 2 in event 2"),
        ((times, units, [0, -1, 1]), "stimuli needs numbers from 0 to 1, got -1 in event 1"),
        (
            ([0.1, -0.1, 0.2], units, stimuli),
            "times needs seconds since the onset, from 0 on, got -0.1 in event 1",
        ),
        (([0.1, np.nan, 0.2], units, stimuli), "from 0 on, got nan in event 1"),
        (([0.1, np.inf, 0.2], units, stimuli), "from 0 on, got inf in event 1"),
        ((times, ["a"] * 3, stimuli), "units needs numbers, got <U1"),
        (
            (times[:2], units, stimuli),
            "times, units and stimuli need the same length, got 2, 3 and 3",
        ),
        (([times], units, stimuli), "times needs the shape (n,), got (1, 3)"),
    ]:
        assert reason in message(Events.listed, *arguments, 2, 10)
    x, y = Events.listed([0.1, 0.2], [0, 1], [0, 1], 2, 2), ["a", "b"]
    data = Data(x, y, x, y)
    assert data.classes == ("a", "b")
    assert data.encoding.events
    three = Events.listed([0.1], [2], [0], 1, 3)
    assert message(Data, x, y, three, ["a"]) == "x_test has 3 features, not 2 as in training"


def test_events_of_data_frames():
    frame = pandas.DataFrame({"t": [0.2, 0.1], "unit": [1, 0], "stimulus": [0, 0]})
    events = Events.listed(frame.t, frame.unit, frame.stimulus, 1, 2)
    assert events.times.tolist() == [np.float32(0.1), np.float32(0.2)]


# arrays in files


def test_arrays_may_have_the_names_of_keras(tmp_path):
    np.savez(tmp_path / "x.npz", x_train=X, y_train=Y, x_test=X[:9], y_test=Y[:9])
    data = load_data(Task(name="arrays", file=str(tmp_path / "x.npz")))
    np.testing.assert_array_equal(data.x_train, X)
    np.testing.assert_array_equal(data.x_test, X[:9])
    np.savez(tmp_path / "x.npz", x_train=X)
    told = message(load_data, Task(name="arrays", file=str(tmp_path / "x.npz")))
    assert told.endswith("x.npz: needs an array 'y_train', has x_train")


@pytest.mark.parametrize("name", ["arrays", "spikes"])
def test_arrays_of_objects_are_left_out_by_name(tmp_path, name):
    events = {"times": [0.01] * 30, "units": Y, "stimuli": np.arange(30), "labels": Y}
    arrays = {"x": X, "y": Y} if name == "arrays" else events
    np.savez(tmp_path / "x.npz", **arrays, names=np.array(["ax", None], object))
    with pytest.warns(SpikingFAWarning) as caught:
        data = load_data(Task(name=name, file=str(tmp_path / "x.npz")))
    assert warned(caught).endswith("x.npz: names is an array of Python objects, which are not read")
    assert len(data.x_train) == 24


# tables

ROWS = [f"{k % 7}.5,{k % 5},{'ab'[k % 2]}" for k in range(20)]
TABLE = "\n".join(["length,width,kind", *ROWS])


@pytest.fixture
def table(tmp_path):
    """Write a table and load it."""

    def load(text: str, name: str = "mine.csv", **fields) -> Data:
        (tmp_path / name).write_text(text)
        return load_data(Task(name="arrays", file=str(tmp_path / name), **fields))

    return load


SPELLINGS = {
    "semicolons": TABLE.replace(",", ";"),
    "decimal commas": TABLE.replace(",", ";").replace(".", ","),
    "tabs": TABLE.replace(",", "\t"),
    "tabs and decimal commas": TABLE.replace(",", "\t").replace(".", ","),
    "bars": TABLE.replace(",", "|"),
    "comments": f"# the new headstage\n#\n\n{TABLE}",
    "NumPy's header": "# " + TABLE,
    "columns in other order": "\n".join(
        ",".join(np.array(line.split(","))[[2, 0, 1]]) for line in TABLE.splitlines()
    ),
    "a column left out": "\n".join(
        f"{'animal' if k == 0 else f'mouse {k}'},{line}"
        for k, line in enumerate(TABLE.splitlines())
    ),
}


@pytest.mark.parametrize("name", ["mine.csv", "mine.tsv"])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_tables_are_read_as_they_are_written(table, spelling, name):
    fields = {"label": "kind"} if "order" in spelling else {}
    fields |= {"drop_columns": "animal"} if "left out" in spelling else {}
    assert_same(table(SPELLINGS[spelling], name, **fields), table(TABLE))


@pytest.mark.parametrize("numbers", [range(20), range(1, 21), [*range(40, 20, -1)]])
@pytest.mark.parametrize("name", ["", "Unnamed: 0", '""'])
def test_an_index_is_left_out_and_said_so(table, numbers, name):
    lines = TABLE.splitlines()
    text = "\n".join([f"{name},{lines[0]}", *(f"{k},{row}" for k, row in zip(numbers, ROWS))])
    with pytest.warns(SpikingFAWarning) as caught:
        data = table(text)
    assert warned(caught).endswith(
        "the first column has no name and numbers the rows: it is left out"
    )
    assert_same(data, table(TABLE))
    assert data.encoding.columns == ("length", "width")
    assert_same(table(text, drop_columns=[name.strip('"')]), data)


def test_an_unnamed_column_of_something_else_is_a_feature(table):
    lines = TABLE.splitlines()
    text = "\n".join([f",{lines[0]}", *(f"{k % 3},{row}" for k, row in enumerate(ROWS))])
    assert table(text).encoding.columns == ("", "length", "width")


def test_the_option_that_leaves_columns_out_is_named(table):
    text = SPELLINGS["a column left out"]
    told = message(table, text)
    assert "line 2, column 'animal': needs a number, got 'mouse 1'" in told
    assert "--set task.drop_columns=animal" in told
    assert "has no column 'mouse' (task.drop_columns), has animal, length" in message(
        table, text, drop_columns=["mouse"]
    )
    assert "task.drop_columns leaves no column" in message(
        table, TABLE, drop_columns=["length", "width", "kind"]
    )


def test_columns_to_leave_out_are_set_on_the_command_line():
    model = spikingfa.load_model("digits_fa").but({"task.name": "arrays"})
    for names in ("animal,session", ["animal", "session"]):
        assert model.but({"task.drop_columns": names}).task.drop_columns == ("animal", "session")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("\n".join(ROWS), "line 1 looks like data, not like names of columns, got 0.5, 0, a:"),
        ("\n".join(["# note", *ROWS]), "line 2 looks like data"),
        ("\n".join(ROWS).replace(",", ";").replace(".", ","), "line 1 looks like data"),
        ("\n".join(f"mouse,{row}" for row in ROWS), "line 1 looks like data"),
        (TABLE.replace("2.5,2,a", "2.5,2,"), "line 4, column 'kind': needs a class, got nothing"),
        (TABLE.replace("width", "length"), "line 1 names two columns 'length'"),
        (
            TABLE.replace(",", ";").replace(".", ",") + "\n1.5;1;a",
            "line 22, column 'length': needs a number, got '1.5'",
        ),
    ],
)
def test_tables_that_are_no_such_tables(table, text, reason):
    told = message(table, text)
    assert reason in told
    assert "mine.csv: " in told


def test_columns_may_be_called_by_numbers(table):
    assert table(TABLE.replace("length,width", "0,1")).encoding.columns == ("0", "1")
    assert table(TABLE.replace("length,width", "10,50")).encoding.columns == ("10", "50")


def test_numbers_written_twice_are_one_class(table):
    labels = ["0", "0.0", "1", "1.00", "10"]
    text = "\n".join(["x,y", *(f"{k},{labels[k % 5]}" for k in range(40))])
    data = table(text)
    assert data.classes == ("0", "1", "10")
    assert np.bincount(np.concatenate([data.y_train, data.y_test])).tolist() == [16, 16, 8]


@pytest.mark.long
def test_the_order_of_classes_does_not_depend_on_hashes(tmp_path):
    labels = ["0", "0.0", "b", "a", "1e0", "1", "B"]
    text = "\n".join(["x,y", *(f"{k},{labels[k % 7]}" for k in range(70))])
    (tmp_path / "mine.csv").write_text(text)
    code = (
        "from spikingfa.model.model import Task; from spikingfa.tasks import load_data;"
        "print(load_data(Task(name='arrays', file='mine.csv')).classes)"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=os.environ | {"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=True,
        ).stdout
        for seed in (1, 2)
    }
    assert answers == {"('0', '1', 'B', 'a', 'b')\n"}


@pytest.mark.parametrize(
    ("field", "value"), [("divisor", 16), ("label", "kind"), ("drop_columns", ["kind"])]
)
def test_settings_of_the_other_kind_of_file_are_refused(table, tmp_path, field, value):
    np.savez(tmp_path / "x.npz", x=X, y=Y)
    if field == "divisor":
        assert "task.divisor is for arrays" in message(table, TABLE, divisor=value)
    else:
        task = Task(name="arrays", file=str(tmp_path / "x.npz"), **{field: value})
        assert "are for tables" in message(load_data, task)


# data handed to functions


def test_a_pair_is_split_as_a_file_is(tmp_path):
    y = NAMES[np.argsort(X[:, 0])]
    np.savez(tmp_path / "x.npz", x=X, y=y)
    for fields in ({}, {"split_seed": 3}, {"test_fraction": 0.5}, {"validation": 6, "limit": 9}):
        file = load_data(Task(name="arrays", file=str(tmp_path / "x.npz"), **fields))
        for pair in ((X, y), [X.tolist(), y.tolist()], (pandas.DataFrame(X), pandas.Series(y))):
            assert_same(load_data(Task(**fields), pair), file)
    x = RNG.integers(0, 17, (30, 2, 2), np.uint8)
    data = load_data(Task(name="arrays", divisor=16), (x, Y))
    assert (data.image, data.encoding.divisor) == ((2, 2), 16)


def test_four_arrays_are_training_and_test():
    whole = Data(X, NAMES, X[:9], NAMES[:9])
    assert_same(load_data(Task(), (X, NAMES, X[:9], NAMES[:9])), whole)
    assert load_data(Task(limit=3), whole) is whole


@pytest.mark.parametrize(
    ("data", "got"),
    [((X,), "tuple of 1"), ((X, Y, X), "tuple of 3"), (X, "ndarray"), ({"x": X}, "dict of 1")],
)
def test_other_data_are_refused(tiny_model, tmp_path, data, got):
    told = message(spikingfa.train, tiny_model, data=data, out=tmp_path / "run", progress=False)
    assert told == f"data needs spikingfa.Data, (x, y) or (x, y, x_test, y_test), got {got}"
    assert not (tmp_path / "run").exists()
    told = message(spikingfa.sweep, tiny_model, {}, data=data, out=tmp_path / "sweep")
    assert told.startswith("data needs")
    assert not (tmp_path / "sweep").exists()


def test_a_pair_is_trained_on_and_tested(tiny_data, tiny_model, tiny_run, tmp_path):
    with np.load(tiny_data) as arrays:
        pair = arrays["x"], np.array(["a", "b", "c"])[arrays["y"]]
    run = spikingfa.train(tiny_model, data=pair, out=tmp_path / "run", progress=False)
    assert run.metrics["test_error"] == tiny_run.metrics["test_error"]
    for name, w in tiny_run.arrays.items():
        np.testing.assert_array_equal(run.arrays[name], w)
    four = load_data(tiny_model.task, pair)
    parts = tuple(getattr(four, name) for name in PARTS)
    for data in (four, parts):
        assert spikingfa.evaluate(run, data=data).error == run.metrics["test_error"]


# what is shown of the data


def test_a_limit_takes_a_share_of_each_class(tmp_path):
    y = np.repeat([0, 1, 2], [60, 30, 10])
    x = (np.arange(1, 101)[:, None] / 100).astype(np.float32)
    np.savez(tmp_path / "x.npz", x=x, y=y, x_test=x, y_test=y)

    def load(limit: int) -> Data:
        return load_data(Task(name="arrays", file=str(tmp_path / "x.npz"), limit=limit))

    assert np.bincount(load(50).y_train).tolist() == [30, 15, 5]
    assert np.bincount(load(10).y_train).tolist() == [6, 3, 1]
    assert np.bincount(load(3).y_train).tolist() == [1, 1, 1]
    first = [np.flatnonzero(y == k)[:n] for k, n in enumerate((30, 15, 5))]
    np.testing.assert_array_equal(load(50).x_train, x[np.concatenate(first)])
    for small, large in ((3, 10), (10, 50), (50, 99)):
        assert set(load(small).x_train.ravel()) < set(load(large).x_train.ravel())
    np.testing.assert_array_equal(load(100).x_train, x)


def test_validation_on_data_that_are_sorted_is_said(tmp_path):
    y = np.repeat([0, 1], [60, 90])
    np.savez(tmp_path / "x.npz", x=RNG.uniform(0, 1, (150, 2)), y=y, x_test=[[1, 0]], y_test=[1])
    with pytest.warns(SpikingFAWarning, match=r"validation = 40 .* are of 1 of 2 classes") as found:
        load_data(Task(name="arrays", file=str(tmp_path / "x.npz"), validation=40))
    warned(found)


def events_lasting(seconds: float) -> Data:
    times = np.linspace(0, seconds, 12)
    events = Events.listed(np.tile(times, 6), np.resize([0, 1], 72), np.repeat(range(6), 12), 6, 2)
    return Data(events, [0, 1] * 3, events, [0, 1] * 3)


@pytest.fixture
def shows_events(tiny_model):
    return tiny_model.but({"input.coding": "events", "task.name": "digits", "task.file": None})


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (
            1.2,
            "91.7 % of the spikes lie after the 100 ms of a trial and are not shown:"
            " longest 1.2 s; training.trial",
        ),
        (
            100.0,
            "91.7 % of the spikes lie after the 100 ms of a trial and are not shown: longest 100 s,"
            " as if times were in milliseconds, where seconds are needed; training.trial",
        ),
    ],
)
def test_events_beyond_the_trial_are_said(shows_events, seconds, text):
    data = events_lasting(seconds)
    topology = topology_of(shows_events, data)
    with pytest.warns(SpikingFAWarning) as caught:
        Session(topology, data, {})
    assert warned(caught) == text
    longer = shows_events.but({"training.trial": "200 second"})
    Session(topology_of(longer, data), data, {})


@pytest.mark.long
def test_commands_say_what_is_doubtful_once(tmp_path):
    """In a process of its own: Brian2, when it is imported, takes warnings for itself."""
    x = RNG.integers(0, 17, (30, 4), np.uint8)
    np.savez(tmp_path / "x.npz", x=x, y=Y)
    settings = ["--set", "task.name=arrays", "--set", "task.file=x.npz"]
    done = subprocess.run(
        [sys.executable, "-m", "spikingfa", "show", "digits_fa", *settings],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("spikingfa: warning: x.npz: x is uint8 from 0 to 1")


PIECES = [
    "a",
    "1",
    "0.5",
    ",",
    ";",
    "\t",
    "|",
    "\n",
    "\r\n",
    "#",
    '"',
    " ",
    "nan",
    "1e999",
    "-",
    "é",
]


def outcome(function, *arguments, **options) -> Data | None:
    """What comes back; None if it is refused, in one line."""
    try:
        return function(*arguments, **options)
    except DataError as error:
        reason = str(error)
    assert "\n" not in reason
    return None


@pytest.mark.filterwarnings("ignore::spikingfa.base.errors.SpikingFAWarning")
@given(st.lists(st.sampled_from(PIECES), max_size=60), st.sampled_from([None, "a", "1"]))
def test_any_text_is_a_table_or_refused_in_one_line(tmp_path_factory, pieces, label):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text("".join(pieces), newline="")
    data = outcome(load_data, Task(name="arrays", file=str(path), label=label, test_fraction=0.5))
    if data is not None:
        assert np.isfinite(data.x_train).all()
        assert len(load_new(str(path), data.encoding).y) == len(data.y_train) + len(data.y_test)


KINDS = ["f2", "f4", "f8", "u1", "i8", "?", "U2", "S2", "c8"]
OBJECTS = st.sampled_from([None, "a", 1, 2.5, b"c", [1]])


def any_array(*shapes: tuple[int, ...]):
    """Arrays of any type and one of these shapes."""
    plain = st.sampled_from(KINDS).flatmap(lambda k: arrays(k, st.sampled_from(shapes)))
    small = arrays("i8", st.sampled_from(shapes), elements=st.integers(-1, 2))
    return plain | small | arrays("O", st.sampled_from(shapes), elements=OBJECTS)


X_LIKE = any_array((3, 2), (3, 2), (3, 1, 2), (2, 2), (3,), (), (0, 2))
Y_LIKE = any_array((3,), (3,), (3, 1), (3, 2), (2,), ())


@pytest.mark.filterwarnings("ignore::spikingfa.base.errors.SpikingFAWarning")
@given(X_LIKE, Y_LIKE, X_LIKE, Y_LIKE, st.sampled_from([None, (), ("a", "b")]))
def test_any_arrays_are_data_or_refused_in_one_line(x, y, x_test, y_test, classes):
    data = outcome(Data, x, y, x_test, y_test, classes=classes)
    if data is None:
        return
    for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test)):
        assert x.dtype == np.float32
        assert x.min() >= 0
        assert x.max() <= 1
        assert len(x) == len(y)
        assert 0 <= y.min() <= y.max() < len(data.classes)
