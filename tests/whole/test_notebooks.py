"""The notebooks are carried out, from the first cell to the last.

By Jupyter's blocking client: with those that use asyncio (nbmake, nbclient) a kernel's reply is
missed now and then, until the time that is given to a cell is up (pyzmq 27.3, 2026-11).
"""

import json
from pathlib import Path

import pytest
from helpers.waits import LIMIT

manager = pytest.importorskip(
    "jupyter_client.manager", reason="needs jupyter_client: extra test-all"
)

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]


@pytest.mark.parametrize("name", sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")))
def test_every_cell_runs(name):
    cells = json.loads((NOTEBOOKS / name).read_text("utf-8"))["cells"]
    with manager.run_kernel(cwd=str(NOTEBOOKS), startup_timeout=LIMIT) as client:
        for cell in cells:
            if cell["cell_type"] == "code":
                code = "".join(cell["source"])
                done = client.execute_interactive(
                    code, timeout=LIMIT, allow_stdin=False, output_hook=lambda output: None
                )["content"]
                assert done["status"] == "ok", "\n".join([code, *done["traceback"]])
