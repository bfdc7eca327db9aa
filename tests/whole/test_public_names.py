"""Everything that notebooks, README and guide use of the package is one of its names."""

import ast
import json
import re
from pathlib import Path

import pytest

import spikingfa
from spikingfa.base.errors import ModelError

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs/guide").glob("*.md")),
    ROOT / "models/README.md",
]
#: Of those who add to the package itself.
OF_THE_PROJECT = ("contributing.md", "architecture.md", "what-does-not-hold.md")


#: Python of a page, shown or carried out where the page is built.
FENCED = r"^```(?:python|\{code-cell\} ipython3)\n(.*?)^```"


def code() -> dict[str, str]:
    """Python of each page and of each notebook, by name; magics left out."""
    texts = {}
    for path in PAGES:
        if path.name not in OF_THE_PROJECT:
            cells = re.findall(FENCED, path.read_text("utf-8"), re.DOTALL | re.MULTILINE)
            texts[path.name] = _without_magics("".join(cells))
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        lines = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        texts[path.name] = _without_magics("\n".join(lines))
    return texts


def _without_magics(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith(("%", "!")))


CODE = code()


def test_there_is_code():
    assert sum("spikingfa." in text for text in CODE.values()) > 20


@pytest.mark.parametrize("name", CODE)
def test_nothing_private_is_imported(name):
    for node in ast.walk(ast.parse(CODE[name])):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
            assert not [module for module in modules if module.startswith("spikingfa.")]
        if isinstance(node, ast.ImportFrom) and node.module:
            assert not node.module.startswith("spikingfa."), ast.unparse(node)
            if node.module == "spikingfa":
                assert {alias.name for alias in node.names} <= {*spikingfa.__all__}


@pytest.mark.parametrize("name", CODE)
def test_nothing_with_an_underscore_is_used(name):
    for node in ast.walk(ast.parse(CODE[name])):
        if isinstance(node, ast.Attribute):
            assert not re.match(r"_(?!_)", node.attr), ast.unparse(node)


@pytest.mark.parametrize("name", CODE)
def test_every_attribute_of_the_package_is_a_name_of_it(name):
    for node in ast.walk(ast.parse(CODE[name])):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "spikingfa":
            assert node.attr in {*spikingfa.__all__, "__version__"}, node.attr


def test_dir_shows_public_names_only():
    shown = [name for name in dir(spikingfa) if not name.startswith("__")]
    assert set(shown) == set(spikingfa.__all__)
    assert all(getattr(spikingfa, name) is not None for name in shown)
    assert "training" in vars(spikingfa)  # which is imported by now, and is no public name


def test_equations_of_one_part():
    text = spikingfa.equations("digits_fa", "input_to_hidden")
    assert text.startswith("projection input_to_hidden")
    assert text in spikingfa.equations("digits_fa")
    with pytest.raises(ModelError, match="no 'hiden'; did you mean 'hidden'"):
        spikingfa.equations("digits_fa", "hiden")


def test_a_parameter_table_of_a_name():
    assert "hidden.tau_m" in spikingfa.parameter_table("digits_fa")


def test_an_experiment():
    assert "linear_spiking" in spikingfa.experiments()
    result = spikingfa.run_experiment("flow", seeds=[3], quick=True)
    assert all(set(table["seed"]) == {3} for table in result.tables.values())
    assert result.claims[0].claim in str(result)
    assert result.figure().axes
    with pytest.raises(ModelError, match="no experiment 'flows'; did you mean 'flow'"):
        spikingfa.run_experiment("flows")


def test_the_style_is_the_users_choice():
    import matplotlib

    before = dict(matplotlib.rcParams)
    with spikingfa.style():
        assert matplotlib.rcParams["font.size"] == 7
        assert not matplotlib.rcParams["axes.spines.top"]
    assert dict(matplotlib.rcParams) == before
    with matplotlib.rc_context():
        spikingfa.use_style()
        assert matplotlib.rcParams["pdf.fonttype"] == 42


def test_a_comparison_goes_on_and_is_drawn(tiny_model, tmp_path, in_this_process, capsys):
    def compared():
        return spikingfa.compare(
            tiny_model, "feedback.kind", ["direct", "none"], seeds=[1, 2], out=tmp_path
        )

    variants = compared()
    assert [variant.value for variant in variants] == ["direct", "none"]
    assert variants[0].errors.shape == (2, 2)
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1].startswith("4/4  feedback.kind=none, seed 2: validation error")
    made = variants[0].runs[0].folder.stat().st_mtime
    assert compared()[0].runs[0].folder.stat().st_mtime == made
    figure = spikingfa.plot_comparison(variants, title="feedback.kind")
    assert figure.axes[1].get_ylabel() == "validation error (%)"


def test_the_gallery_has_every_figure():
    drawn = set(re.findall(r"spikingfa\.(plot_\w+)", CODE["gallery.md"]))
    assert drawn == {name for name in spikingfa.__all__ if name.startswith("plot_")}
