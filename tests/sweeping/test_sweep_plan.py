"""What a sweep would run: values, ranges, combinations, folders, the table's columns."""

import numpy as np
import pytest
from brian2 import ms, second
from hypothesis import given
from hypothesis import strategies as st

import spikingfa
from spikingfa import ModelError, Range
from spikingfa.sweeping.combinations import drawn, grid
from spikingfa.sweeping.folder import frame, read_rows
from spikingfa.sweeping.plan import Column, plan
from spikingfa.sweeping.search import BATCH, Search
from spikingfa.sweeping.values import parse_over, space_of


@pytest.mark.parametrize(
    ("text", "path", "values"),
    [
        ("feedback.scale=0.5,1,2", "feedback.scale", (0.5, 1, 2)),
        ("hidden.tau_m=10 ms,20 ms", "hidden.tau_m", ("10 ms", "20 ms")),
        ("training.continuous=true,false", "training.continuous", (True, False)),
        ("feedback.kind=direct", "feedback.kind", ("direct",)),
        (
            'hidden.tau_m={dist="normal", mean="20 ms", sd="2 ms"},"20 ms"',
            "hidden.tau_m",
            ({"dist": "normal", "mean": "20 ms", "sd": "2 ms"}, "20 ms"),
        ),
        ("hidden.tau_m=10 ms..0.03 second", "hidden.tau_m", Range("10 ms", "0.03 second")),
        ("hidden.size=10..100 log", "hidden.size", Range(10, 100, log=True)),
        ("plasticity.eta_hidden=1e-3..1", "plasticity.eta_hidden", Range(1e-3, 1)),
    ],
)
def test_values_are_read_as_they_are_meant(text, path, values):
    assert parse_over(text) == (path, values)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hidden.tau_m", "needs the form section.key=value,value"),
        ("=1,2", "needs the form section.key=value,value"),
        ("hidden.tau_m=10 ms,,20 ms", "a value is missing"),
        ("hidden.tau_m=10 ms..20 mV", "its ends are of different kinds"),
        ("hidden.tau_m=20 ms..10 ms", "needs a lower end first"),
        ("hidden.tau_m=0 ms..10 ms log", "a logarithm needs ends above zero"),
        ("feedback.kind=direct..sign", "needs a quantity with its unit"),
    ],
)
def test_mistyped_values_are_told(text, told):
    with pytest.raises(ModelError, match=told):
        parse_over(text)


@pytest.mark.parametrize(
    ("over", "told"),
    [
        ({}, "needs parameters to vary"),
        (["hidden.tau_m"], "needs parameters to vary"),
        ({"hidden.tau_m": "10 ms"}, "needs a list of values or a Range"),
        ({"hidden.tau_m": []}, "needs at least one value"),
        ({"hidden.tau_m": [10 * ms, "10. ms"]}, "the value 10. ms is given twice"),
    ],
)
def test_parameters_are_checked(over, told):
    with pytest.raises(ModelError, match=told):
        space_of(over)


def test_a_grid_has_every_combination_once():
    space = space_of({"a.x": [1, 2, 3], "a.y": ["p", "q"], "a.z": [0.5]})
    found = grid(space)
    assert len(found) == 6
    assert {(c["a.x"], c["a.y"], c["a.z"]) for c in found} == {
        (x, y, 0.5) for x in (1, 2, 3) for y in ("p", "q")
    }
    assert [c["a.y"] for c in found[:2]] == ["p", "q"]


def test_a_range_has_no_grid():
    with pytest.raises(ModelError, match="a range needs a number of draws"):
        grid({"hidden.tau_m": Range("10 ms", "20 ms")})


@given(st.integers(1, 30), st.integers(0, 5))
def test_draws_are_in_the_range_different_and_repeatable(n, seed):
    space = {
        "a.x": Range("5 ms", "50 ms"),
        "a.y": Range(1e-4, 1, log=True),
        "a.z": Range(3, 9),
        "a.k": ("p", "q"),
    }
    found = drawn(space, n, seed)
    assert len(found) == n
    assert len({str(c) for c in found}) == n
    assert found == drawn(space, n, seed)
    for c in found:
        number, unit = c["a.x"].split()
        assert 5 <= float(number) <= 50
        assert unit == "ms"
        assert 1e-4 <= c["a.y"] <= 1
        assert c["a.z"] in range(3, 10)
        assert c["a.k"] in ("p", "q")


def test_draws_of_a_logarithmic_range_are_even_in_the_logarithm():
    found = drawn({"a.y": Range(1e-4, 1, log=True)}, 2000)
    logarithms = np.log10([c["a.y"] for c in found])
    assert np.histogram(logarithms, 4, (-4, 0))[0] == pytest.approx(500, abs=75)


def test_draws_of_lists_end_when_all_are_drawn():
    space = {"a.x": (1, 2, 3), "a.y": (1, 2)}
    assert sorted(map(str, drawn(space, 100))) == sorted(map(str, grid(space)))


def test_integers_of_a_range_have_the_same_share():
    found = [Range(1, 4).at(part) for part in np.linspace(0, 1, 4000, endpoint=False)]
    assert [found.count(k) for k in (1, 2, 3, 4)] == [1000] * 4


def test_quantities_of_one_kind_make_a_column_of_numbers():
    column = Column.of("hidden.tau_m", ("10 ms", "0.02 second", 30 * ms))
    assert column.name == "hidden.tau_m (ms)"
    assert [column.cell(v) for v in ("10 ms", 0.02 * second, "30 ms")] == ["10", "20", "30"]
    mixed = Column.of("a.b", ("10 ms", 3))
    assert (mixed.name, mixed.cell("10 ms"), mixed.cell(True)) == ("a.b", "10 ms", "true")


def test_a_run_for_each_combination_and_seed_in_folders_of_their_own(tiny_model):
    space = space_of({"hidden.tau_m": ["10 ms", "20 ms"], "feedback.kind": ["direct", "none"]})
    columns = {path: Column.of(path, values) for path, values in space.items()}
    planned = plan(tiny_model, grid(space), columns, (1, 2))
    assert len({one.folder for one in planned}) == 8
    first = planned[0]
    assert first.folder.startswith("runs/tau_m=10ms,kind=direct-")
    assert first.folder.endswith("/seed-1")
    assert str(first.model.hidden[0].tau_m) == "10. ms"
    assert (planned[1].model.training.seed, planned[1].cells) == (2, first.cells)
    again = plan(tiny_model, grid(space)[::-1], columns, (2,))
    assert {one.folder for one in again} < {one.folder for one in planned}


def test_no_value_leads_a_folder_astray(tiny_model):
    space = space_of({"task.file": ["../../x", "/etc/passwd", "a\n b/..", "."]})
    columns = {path: Column.of(path, values) for path, values in space.items()}
    folders = [one.folder for one in plan(tiny_model, grid(space), columns, (1,))]
    assert len(set(folders)) == 4
    for folder in folders:
        runs, name, seed = folder.split("/")
        assert (runs, seed) == ("runs", "seed-1")
        assert name not in (".", "..")
        assert len(name) <= 90


def test_a_value_that_never_fits_is_told_at_once(tiny_model):
    space = space_of({"hidden.tau_m": ["10 ms", "10 mss"], "hidden.size": [5, 6]})
    columns = {path: Column.of(path, values) for path, values in space.items()}
    with pytest.raises(ModelError, match=r"hidden.tau_m: .*there is no unit 'mss'"):
        plan(tiny_model, grid(space), columns, (1,))


def test_what_does_not_go_together_is_told_of_that_combination_alone(tiny_model):
    space = space_of({"feedback.kind": ["direct", "kolen_pollack"], "feedback.levels": [2, None]})
    columns = {path: Column.of(path, values) for path, values in space.items()}
    planned = plan(tiny_model, grid(space), columns, (1,))
    failing = [one for one in planned if one.model is None]
    assert len(failing) == 1
    assert failing[0].cells["feedback.kind"] == "kolen_pollack"
    assert "feedback.levels" in failing[0].cells
    assert "does not go with kind" in failing[0].reason


def test_the_table_is_numbers_where_all_are(tmp_path):
    columns = ["hidden.tau_m (ms)", "feedback.kind", "test_error", "status", "run", "seed"]
    rows = [
        dict(zip(columns, (10, "direct", 0.25, "finished", "runs/a", 1))),
        dict(zip(columns, (20, "none", None, "failed", "runs/b", 1))),
    ]
    table = frame(columns, rows)
    assert table["hidden.tau_m (ms)"].tolist() == [10, 20]
    assert table["test_error"].tolist()[0] == 0.25
    assert np.isnan(table["test_error"][1])
    assert table["feedback.kind"].tolist() == ["direct", "none"]


def test_a_line_that_was_cut_off_is_left_out(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a.b,seed,status,run\n1,1,finished,x\n2,1,fini")
    assert read_rows(path) == (
        ["a.b", "seed", "status", "run"],
        [{"a.b": "1", "seed": "1", "status": "finished", "run": "x"}],
    )


@pytest.mark.needs("optuna")
def test_a_search_finds_the_least_error_and_repeats_itself():
    space = space_of({"a.x": Range(-1.0, 1.0), "a.k": ["good", "bad"]})

    def searched(seed) -> list[dict]:
        search, found = Search(space, 60, seed), []
        for batch in search.batches():
            assert len(batch) <= BATCH
            search.tell([(c["a.x"] - 0.3) ** 2 + (c["a.k"] == "bad") for c in batch])
            found += batch
        return found

    found = searched(0)
    assert len(found) == 60
    assert found == searched(0) != searched(1)
    late = found[-20:]
    assert sum(c["a.k"] == "good" for c in late) > 12
    assert np.median([abs(c["a.x"] - 0.3) for c in late]) < 0.3


@pytest.mark.needs("optuna")
def test_a_search_goes_on_when_a_combination_fails():
    search = Search({"a.x": Range(0.0, 1.0)}, 2 * BATCH)
    for batch in search.batches():
        search.tell([None] * len(batch))
    assert all(trial.state.name == "FAIL" for trial in search._study.trials)


def test_a_search_does_not_choose_by_the_test(tiny_model, tmp_path):
    over = {"hidden.size": [5, 6]}
    with pytest.raises(ModelError, match=r"hold out training stimuli"):
        spikingfa.sweep(tiny_model, over, optuna=2, on_test=True, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()
