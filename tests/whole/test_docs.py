"""The documentation is true: links, commands, names. What needs Sphinx is left to its build."""

import argparse
import ast
import re
import shlex
import sys
import tomllib
from pathlib import Path
from pydoc import locate

import pytest
from helpers.commands import carried_out, run

import spikingfa
from spikingfa.cli.main import _parser
from spikingfa.model.changes import parse_setting
from spikingfa.model.files import shipped_models

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
#: Of results; their claims have tests of their own.
WRITTEN = ("paper.md", "what-does-not-hold.md", "reliability.md", "robustness.md")
GUIDE = "network neurons feedback plasticity coding tasks continuous recording figures runs sweeps"
GUIDE += " speed scale model-whole safety limits"
PARTS = ["index", "tutorial", *(f"guide/{name}" for name in GUIDE.split())]
GUIDES = [DOCS / f"{part}.md" for part in PARTS]
REFERENCE = sorted((DOCS / "reference").glob("*.md"))
PROJECT = (
    "architecture.md",
    "contributing.md",
    "gallery.md",
    "glossary.md",
    "publishing.md",
    "stable.md",
)
PAGES = [*GUIDES, *REFERENCE, *(DOCS / name for name in (*PROJECT, *WRITTEN))]
MADE = ("generated", "notebooks", "_build", "jupyter_execute")  # folders, by the build

named = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def blocks(page: Path) -> list[tuple[str, str]]:
    """Language and text of every fenced block, in order."""
    return re.findall(r"^```(\w+)\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def texts(page: Path, *languages: str) -> list[str]:
    """Of the blocks in these languages; commands in `sh` are not carried out in tests."""
    return [text for language, text in blocks(page) if language in languages]


def commands(page: Path) -> list[list[str]]:
    """Words of every command that is one of ours."""
    lines = (line for text in texts(page, "bash", "sh") for line in text.splitlines())
    words = (shlex.split(line, comments=True) for line in lines)
    return [line for line in words if line[:1] == ["spikingfa"]]


def made_pages() -> set[str]:
    """Names of the pages that the build makes."""
    tree = ast.parse((DOCS / "_ext" / "generated.py").read_text("utf-8"))
    tables = (node.value for node in tree.body if isinstance(node, ast.Assign))
    table = next(table for table in tables if isinstance(table, ast.Dict))
    return {key.value for key in table.keys}


def test_every_page_is_here():
    folders = (DOCS, DOCS / "guide", DOCS / "reference")
    assert set(PAGES) == {page for folder in folders for page in folder.glob("*.md")}


@named
def test_every_page_is_in_a_table_of_contents(page):
    trees = "\n".join(
        text
        for one in PAGES
        for text in re.findall(r"^```\{toctree\}\n(.*?)^```", one.read_text("utf-8"), re.S | re.M)
    )
    name = str(page.relative_to(DOCS).with_suffix(""))
    assert page.stem == "index" or {name, page.stem} & set(trees.split())


@named
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
        if re.match(r"https?:", target):
            continue
        path = (page.parent / target).resolve()
        if path.parent == DOCS / "generated":
            assert path.name in made_pages(), target
        else:
            assert path.exists(), target


@named
def test_quoted_and_named_files_exist(page):
    text = page.read_text("utf-8")
    included = re.findall(r"\{literalinclude\} (\S+)|:file: (\S+)", text)
    for name in filter(None, (name for pair in included for name in pair)):
        assert (page.parent / name).exists(), name
    for name in re.findall(r"`((?:spikingfa|tests|docs|models|benchmarks)/[\w./]+)`", text):
        assert (ROOT / name).exists(), name


@named
def test_every_command_is_understood(page, capsys):
    for words in commands(page):
        try:
            options = _parser().parse_args(words[1:])
        except SystemExit:
            pytest.fail(f"{shlex.join(words)}: {capsys.readouterr().err}")
        _check_settings(options)


def _check_settings(options: argparse.Namespace) -> None:
    """Its model is there or made on the page, and has the fields that are set or varied."""
    model = getattr(options, "model", None)
    if model is None or model.endswith(".toml") or model.startswith("runs/"):
        return
    assert model in shipped_models(), model
    settings = dict(map(parse_setting, options.settings))
    changed = spikingfa.load_model(model).but(settings)
    if getattr(options, "vary", None):
        path, _, values = options.vary.partition("=")
        for value in values.split(","):
            changed.but(dict([parse_setting(f"{path}={value}")]))


@named
def test_quoted_equations_are_of_models_that_there_are(page):
    for options in re.findall(
        r"^```\{brian2\} \w+\n(.*?)^```", page.read_text("utf-8"), re.S | re.M
    ):
        given = dict(re.findall(r"^:(\w+): (.*)$", options, re.MULTILINE))
        settings = filter(None, given.get("set", "").split(";"))
        model = spikingfa.load_model(given.get("model", "digits_fa"))
        model.but(dict(map(parse_setting, settings)))


@named
def test_every_name_exists(page):
    """Of the package: in the text, and of what is documented."""
    text = page.read_text("utf-8")
    for name in re.findall(r"\bspikingfa(?:\.[A-Za-z_]\w*)+", text):
        assert locate(name) is not None, name


@named
def test_fields_that_are_named_exist(page):
    model = spikingfa.Model()
    sections = "task|input|hidden|output|feedback|plasticity|training"
    for section, field in re.findall(rf"`({sections})\.(?!py`)(\w+)[=`]", page.read_text("utf-8")):
        record = getattr(model, section)
        record = record[0] if section == "hidden" else record
        known = {*type(record).model_fields, "layers", "frozen", "drive", "sensitivity"}
        known |= {"parameters", "v"}
        assert field in known, f"{section}.{field}"


@named
def test_python_is_valid(page):
    for text in texts(page, "python"):
        compile(text, page.name, "exec")


@named
def test_toml_is_a_model(page, tmp_path):
    for text in texts(page, "toml"):
        assert tomllib.loads(text)
        (tmp_path / "mine.toml").write_text(text, "utf-8")
        spikingfa.load_model(tmp_path / "mine.toml")


def test_everything_public_is_in_the_reference():
    text = "\n".join(page.read_text("utf-8") for page in REFERENCE)
    told = set(re.findall(r"^\.\. auto(?:function|class):: ([\w.]+)", text, re.MULTILINE))
    assert set(spikingfa.__all__) <= told


def test_base_classes_are_in_the_reference():
    text = (DOCS / "reference" / "extending.md").read_text("utf-8")
    for name in ("Neuron", "FeedbackRule", "PlasticityRule", "PlasticityTerm", "Format"):
        assert f".{name}" in text


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where the commands of all pages are carried out: `runs/first` is there for any of them."""
    folder = tmp_path_factory.mktemp("docs")
    index = next(text for text in texts(DOCS / "index.md", "bash"))
    for line in index.splitlines():
        carried_out(line, folder)
    assert (folder / "runs" / "first" / "metrics.json").exists()
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("page", GUIDES[1:], ids=lambda page: page.stem)
def test_every_example_and_command_of_the_guide_runs(page, folder):
    for language, text in blocks(page):
        if language == "python":
            run([sys.executable, "-c", text], folder)
        if language == "toml" and (name := re.match(r"# (\w+\.toml)", text)):
            (folder / name[1]).write_text(text, "utf-8")
        for line in text.splitlines() if language == "bash" else ():
            carried_out(line, folder)


@pytest.mark.slow
def test_the_first_python_of_the_index_runs(tmp_path):
    run([sys.executable, "-c", texts(DOCS / "index.md", "python")[0]], tmp_path)


def test_notebooks_have_no_outputs():
    """They are made where they are needed."""
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert '"output_type"' not in path.read_text("utf-8"), path.name


def test_what_the_build_makes_is_not_kept():
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert {f"docs/{name}/" for name in MADE} <= set(ignored)


def test_the_files_that_the_architecture_names_are_there():
    text = (DOCS / "architecture.md").read_text("utf-8")
    files = [name.removeprefix("spikingfa/") for name in re.findall(r"`(\w[\w/]*/[\w.]*)`", text)]
    assert len(files) > 30
    assert [name for name in files if not (ROOT / "spikingfa" / name).exists()] == []
