"""How a command starts: Brian2 comes without what only sessions need, and sessions have it all."""

import subprocess
import sys

import pytest
from helpers.waits import LIMIT


def said(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=LIMIT, check=True
    )
    return done.stdout.splitlines()[-1]


COMMAND = "from spikingfa.cli.main import main; assert main(['show', 'xor_fa']) == 0"


@pytest.mark.parametrize("name", ["pylab", "pytest"])
def test_a_command_imports_no_plots_and_no_tests(name):
    code = f"{COMMAND}; import sys; print('brian2' in sys.modules, {name!r} in sys.modules)"
    assert said(code) == "True False"


def test_they_can_be_imported_afterwards():
    code = f"{COMMAND}; import pylab, pytest, brian2; print(pylab.plot.__name__)"
    assert said(code) == "plot"


def test_in_a_session_brian2_has_its_plots():
    code = "import spikingfa; spikingfa.load_model('xor_fa'); from brian2 import *; print(plot, ms)"
    assert said(code).startswith("<function plot")
