"""Doubtful input is a warning, which commands print as one line."""

import warnings
from types import SimpleNamespace

import pytest

import spikingfa
from spikingfa.base.extras import needed
from spikingfa.cli import main as cli
from spikingfa.cli.main import main


@pytest.fixture
def command(monkeypatch):
    """Let `spikingfa models` call a function."""

    def replace(function) -> None:
        options = SimpleNamespace(command=lambda _: function(), quiet=False)
        parser = SimpleNamespace(parse_args=lambda _: options)
        monkeypatch.setattr(cli, "_parser", lambda: parser)

    return replace


def warn(*texts: str, category=spikingfa.SpikingFAWarning) -> None:
    for text in texts:
        warnings.warn(text, category, stacklevel=1)


def test_a_warning_is_one_line_on_stderr_once(command, capsys):
    command(lambda: warn("half of it\nis lost", "half of it is lost", "red \x1b[31m"))
    assert main([]) == 0
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors == ("spikingfa: warning: half of it is lost\nspikingfa: warning: red \\x1b[31m\n")
    assert main([]) == 0  # the next command says it again
    assert capsys.readouterr().err == errors


def test_other_warnings_appear_as_always(command):
    command(lambda: warn("old", category=RuntimeWarning))
    with pytest.warns(RuntimeWarning, match="old"):
        main([])


def test_warnings_of_the_package_are_warnings_in_python():
    assert issubclass(spikingfa.SpikingFAWarning, UserWarning)
    with pytest.warns(spikingfa.SpikingFAWarning, match="half"):
        warn("half")


def test_a_package_of_an_extra_leaves_the_filters_alone(tmp_path, monkeypatch):
    (tmp_path / "loud.py").write_text("import warnings; warnings.simplefilter('once')")
    monkeypatch.syspath_prepend(tmp_path)
    before = list(warnings.filters)
    assert needed("loud", "analysis", "this test").__name__ == "loud"
    assert warnings.filters == before
