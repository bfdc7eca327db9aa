"""The README is true: its commands run, its links lead somewhere."""

import re
import sys
from pathlib import Path

import pytest
from helpers.commands import carried_out, run

from spikingfa.model.files import shipped_models

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def blocks() -> list[tuple[str, str]]:
    """Language and text of every fenced block, in order."""
    return re.findall(r"```(\w+)\n(.*?)```", README, flags=re.DOTALL)


def commands() -> list[str]:
    """All commands of the README but its first block, which `.ci/run` carries out."""
    texts = [text for language, text in blocks() if language == "bash"]
    return [line for text in texts[1:] for line in text.splitlines() if line]


def test_the_first_block_is_what_ci_carries_out():
    first = next(text for language, text in blocks() if language == "bash").splitlines()
    assert len(first) == 2
    assert first[0].endswith(".venv/bin/spikingfa run digits_fa")
    assert first[1].endswith(".venv/bin/pytest")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("readme")


@pytest.mark.slow
def test_every_example_and_command_runs(folder):
    for language, text in blocks():
        if language == "python":
            run([sys.executable, "-c", text], folder)
    for command in commands():
        carried_out(command, folder)
    written = {"raster.pdf", "first.html", "two_trials.png", "answers.csv", "runs"}
    assert written <= {path.name for path in folder.iterdir()}


def test_it_has_two_pages():
    assert len(README.splitlines()) <= 220


def test_it_counts_the_shipped_models():
    assert f"{len(shipped_models())} shipped models" in README


def test_linked_files_exist():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if not target.startswith("http"):
            assert (ROOT / target).exists(), target
