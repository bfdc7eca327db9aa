"""What is prepared for a journal, and for those who take part."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAPER, BIB = (ROOT / "paper" / name for name in ("paper.md", "paper.bib"))
ENTRY = re.compile(r"@(\w+)\{(\w+),\n(.*?)\n\}", re.DOTALL)
NEEDED = {
    "article": {"author", "title", "journal", "volume", "pages", "year", "doi"},
    "inproceedings": {"author", "title", "booktitle", "year"},
    "misc": {"author", "title", "year", "url"},
}


def entries() -> dict[str, tuple[str, dict[str, str]]]:
    found = {}
    for kind, key, text in ENTRY.findall(BIB.read_text("utf-8")):
        fields = dict(re.findall(r"^\s*(\w+)\s*=\s*\{(.*)\},?$", text, re.MULTILINE))
        found[key] = kind, fields
    return found


def test_what_is_cited_is_listed_and_the_other_way_round():
    cited = set(re.findall(r"@(\w+\d{4})", PAPER.read_text("utf-8")))
    assert cited == entries().keys()
    assert len(cited) > 10


@pytest.mark.parametrize("key", entries())
def test_a_reference_is_whole(key):
    kind, fields = entries()[key]
    assert NEEDED[kind] <= fields.keys()
    assert fields["year"] == key[-4:]
    assert re.fullmatch(r"10\.\d{4,}/\S+", fields.get("doi", "10.1000/none"))


def test_the_paper_has_its_sections_and_figures_and_is_short():
    text = PAPER.read_text("utf-8")
    sections = ["Summary", "Statement of need", "State of the field", "References"]
    assert [name for name in re.findall(r"^# (.*)$", text, re.MULTILINE) if name in sections] == (
        sections
    )
    figures = re.findall(r"!\[.*?\]\((.*?)\)", text, re.DOTALL)
    assert figures
    assert all((PAPER.parent / figure).is_file() for figure in figures)
    body = text.split("---", 2)[2]
    assert 250 < len(body.split()) < 1750


def test_numbers_of_the_paper_are_those_of_the_tables():
    numbers = re.findall(r"\d+\.\d+ ± \d+\.\d+", PAPER.read_text("utf-8"))
    tables = (ROOT / "models" / "README.md").read_text("utf-8")
    assert len(numbers) > 3
    for number in numbers:
        assert f"| {number} |" in tables, number


def test_the_workflow_does_what_anybody_can():
    text = (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    assert re.findall(r"- run: (.*)", text) == ["bash .ci/run"]


@pytest.mark.needs("yaml")
def test_forms_can_be_read():
    import yaml

    files = [*(ROOT / ".github").rglob("*.yml")]
    assert len(files) == 3
    for file in files:
        assert yaml.safe_load(file.read_text("utf-8"))


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "SUPPORT.md"])
def test_links_lead_somewhere(name):
    text = (ROOT / name).read_text("utf-8")
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert all((ROOT / link).exists() for link in links)


# conda, Binder

RECIPE = ROOT / "conda" / "recipe.yaml"
#: Packages that have another name there.
CONDA = {"matplotlib": "matplotlib-base"}


def test_the_recipe_needs_what_the_package_needs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    text = RECIPE.read_text("utf-8")
    needed = set()
    for requirement in project["dependencies"]:
        what, _, when = (part.strip() for part in requirement.partition(";"))
        if "< '3.12'" not in when:  # the recipe is for 3.12 and later
            name, bound = re.fullmatch(r"([\w-]+)>=([\d.]+)", what).groups()
            needed.add((CONDA.get(name, name), bound))
    run = text.partition("\n  run:\n")[2].partition("\ntests:")[0]
    listed = set(re.findall(r"- ([\w-]+) >=([\d.]+)", run))
    assert listed == needed
    assert "- cxx-compiler" in run
    assert f'version: "{project["version"]}"' in text
    assert f"license: {project['license']}\n" in text
    assert f"\nversion: {project['version']}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert project["description"] in text
    assert f"spikingfa = {project['scripts']['spikingfa']}" in text


@pytest.mark.needs("rattler_build")
def test_the_recipe_is_one():
    from rattler_build import Stage0Recipe

    (variant,) = Stage0Recipe.from_file(RECIPE).render()
    assert variant.recipe.package.name == "spikingfa"


def test_binder_has_a_compiler_and_the_packages_of_the_notebooks():
    folder = ROOT / "binder"
    assert (folder / "apt.txt").read_text() == "g++\n"
    assert (folder / "requirements.txt").read_text() == ".[notebooks]\n"
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "notebooks" in extras["optional-dependencies"]
