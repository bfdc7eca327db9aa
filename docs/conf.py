"""Sphinx: the documentation, whose tables, rules and commands come from the package itself."""

import os
import sys
from importlib.metadata import version as version_of
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))
os.environ.setdefault("COLUMNS", "100")  # of the help of commands

project = "spikingfa"
author = "The spikingfa developers"
copyright = author
version = release = version_of("spikingfa")

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "myst_nb",
    "sphinx_copybutton",
    "mathml",
    "brian2_text",
    "generated",
]
exclude_patterns = ["_build", "_ext", "jupyter_execute"]  # the last is where MyST-NB keeps outputs

# pages
myst_enable_extensions = ["dollarmath", "attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 4
suppress_warnings = ["config.cache"]

# notebooks are kept without outputs and run here, in a folder of their own
nb_execution_mode = "auto"
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_execution_show_tb = True  # of what failed, also where pages are read side by side
nb_execution_in_temp = True
nb_merge_streams = True

# the reference comes from docstrings
autosummary_generate = False
autodoc_typehints = "none"  # docstrings say what is taken and returned
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
numpydoc_show_class_members = False
default_role = "py:obj"

# looks
html_theme = "furo"
html_title = "spikingfa"
html_static_path = ["_static"]
html_css_files = ["spikingfa.css"]
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
copybutton_exclude = ".linenos, .gp, .go"
