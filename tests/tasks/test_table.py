"""Tables of one's own: what is read, how it is scaled, what is refused."""

import numpy as np
import pytest
from sklearn.datasets import load_iris

import spikingfa
from spikingfa import DataError, SpikingFAWarning
from spikingfa.model.model import Task
from spikingfa.tasks import load_data

ROWS = ["1, 10, a", "2, 20, b", "3, 30, a", "5, 20, b"]
TABLE = "\n".join(["length, width, kind", *ROWS])
FOUR = {"test_fraction": 0.5}


@pytest.fixture
def task(tmp_path):
    """Write text to files and return the task that reads them."""

    def to_task(text: str, test: str | None = None, **fields) -> Task:
        paths = {"file": tmp_path / "mine.csv", "test_file": tmp_path / "test.csv"}
        texts = {"file": text} | ({"test_file": test} if test is not None else {})
        for key, content in texts.items():
            paths[key].write_bytes(content.encode("utf-8", "surrogateescape"))
        return Task(name="arrays", **{key: str(paths[key]) for key in texts}, **fields)

    return to_task


def message(task: Task) -> str:
    with pytest.raises(DataError) as caught:
        load_data(task)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_training_data_fill_the_range_and_the_test_is_clipped_to_it(task):
    test = "length, width, kind\n3, 20, b\n9, 0, a\n"
    with pytest.warns(SpikingFAWarning, match=r"2 of 4 values lie outside .* column 'length' goes"):
        data = load_data(task(TABLE, test))
    np.testing.assert_allclose(data.x_train, [[0, 0], [0.25, 0.5], [0.5, 1], [1, 0.5]])
    np.testing.assert_allclose(data.x_test, [[0.5, 0.5], [1, 0]])
    assert data.x_train.dtype == data.x_test.dtype == np.float32
    assert data.classes == ("a", "b")
    assert data.y_train.tolist() == [0, 1, 0, 1]
    assert data.y_test.tolist() == [1, 0]


def test_a_part_is_held_out_and_has_no_say_in_the_scale(task):
    data = load_data(task(TABLE, **FOUR))
    assert len(data.x_train) == len(data.x_test) == 2
    assert sorted(data.y_train) == sorted(data.y_test) == [0, 1]
    np.testing.assert_array_equal(data.x_train.min(axis=0), [0, 0])
    np.testing.assert_array_equal(data.x_train.max(axis=0), [1, 1])


def test_the_label_may_be_any_column(task):
    first = "\n".join(", ".join(np.roll(line.split(", "), 1)) for line in TABLE.splitlines())
    one, other = load_data(task(TABLE, **FOUR)), load_data(task(first, label="kind", **FOUR))
    np.testing.assert_array_equal(one.x_train, other.x_train)
    np.testing.assert_array_equal(one.y_train, other.y_train)


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        ("10 9 10 9", ("9", "10")),
        ("ten nine ten nine", ("nine", "ten")),
        ("-1 1 -1 1", ("-1", "1")),
    ],
)
def test_classes_are_sorted_by_size_or_by_the_alphabet(task, labels, classes):
    rows = [f"{k},{label}" for k, label in enumerate(labels.split())]
    assert load_data(task("\n".join(["x,y", *rows]), **FOUR)).classes == classes


def test_a_feature_that_never_changes_is_dark(task):
    text = "\n".join(["x,same,y", "1,7,a", "2,7,b", "3,7,a", "4,7,b"])
    assert not load_data(task(text, **FOUR)).x_train[:, 1].any()


def test_quotes_empty_lines_and_windows(task):
    lines = [
        '\ufeff"length","wid,th",kind',
        "",
        '1,10,"a ""b"""',
        "2,20,c",
        '3,30,"a ""b"""',
        "5,20,c",
    ]
    text = "\r\n".join([*lines, ""])
    assert load_data(task(text, **FOUR)).classes == ('a "b"', "c")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "needs a header line and rows, has 0 lines"),
        ("length, width, kind", "needs a header line and rows, has 1 lines"),
        (
            "\n".join(ROWS).replace("a", "0").replace("b", "1"),
            "line 1 looks like data, not like names of columns, got 1, 10, 0",
        ),
        (f"{TABLE}\n7, 8", "line 6 has 2 cells, the header 3"),
        (f"{TABLE}\n7, eight, a", "line 6, column 'width': needs a number, got 'eight'"),
        (f"{TABLE}\n7, , a", "line 6, column 'width': needs a number, got ''"),
        (f"{TABLE}\nnan, 8, a", "line 6, column 'length': needs a number, got 'nan'"),
        (f"{TABLE}\n7, inf, a", "line 6, column 'width': needs a number, got 'inf'"),
        (TABLE.replace("b\n", "a\n").replace("20, b", "20, a"), "at least two classes, got 1"),
        ("kind\na\nb\na\nb", "has no column besides 'kind', so no feature"),
        ("x, kind\n1, a\n1, b\n1, a\n1, b", "every feature is the same in all training stimuli"),
        ("x, kind\n1, a\n2, b", "cannot split the data for a test"),
        ("x, \udcff\n1, a", "it is no CSV table in UTF-8"),
    ],
)
def test_tables_that_are_refused(task, text, reason):
    broken = task(text, **FOUR)
    told = message(broken)
    assert reason in told
    assert broken.file in told


@pytest.mark.parametrize(
    ("test", "reason"),
    [
        ("length, kind\n1, a", "has no column 'width', which the training data had"),
        (
            "length, width, kind\n1, 20, c",
            "column 'kind' has the class 'c' (first in row 0), which is none of",
        ),
    ],
)
def test_tests_that_do_not_fit(task, test, reason):
    broken = task(TABLE, test)
    told = message(broken)
    assert reason in told
    assert told.startswith(broken.test_file)


def test_no_such_column_and_no_such_file(task, tmp_path):
    told = message(task(TABLE, label="colour"))
    assert "has no column 'colour' (task.label), has length, width, kind" in told
    gone = Task(name="arrays", file=str(tmp_path / "gone.csv"))
    assert message(gone) == f"cannot read the data file {gone.file}: No such file or directory"


@pytest.mark.slow
def test_a_table_is_learnt_without_retuning(tmp_path):
    iris = load_iris()
    rows = [",".join(map(str, row)) for row in iris.data]
    lines = [f"{row},{iris.target_names[y]}" for row, y in zip(rows, iris.target)]
    text = "\n".join([",".join([*iris.feature_names, "species"]), *lines])
    (tmp_path / "iris.csv").write_text(text)
    model = spikingfa.load_model("digits_fa")
    model = model.but(task={"name": "arrays", "file": str(tmp_path / "iris.csv")})
    run = spikingfa.train(model, seed=1, out=tmp_path / "run", progress=False)
    assert set(run.spikes.labels) == set(iris.target_names)
    assert run.metrics["test_error"] <= 0.1
