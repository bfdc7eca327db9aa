"""A figure that is drawn again as a training goes on, in a notebook: by Jupyter's client."""

import pytest
from helpers.waits import LIMIT

manager = pytest.importorskip(
    "jupyter_client.manager", reason="needs jupyter_client: extra test-all"
)

LIVE = """
import spikingfa

model = spikingfa.load_model("digits_fa").but({"task.limit": 200, "training.epochs": 2})
live = [spikingfa.LiveFigure("learning_curve"), spikingfa.LiveFigure("raster")]
run = spikingfa.train(model, out=FOLDER, callbacks=live, progress=False, figures=False)
"""


@pytest.mark.long
@pytest.mark.needs("ipykernel")
def test_a_live_figure_takes_the_place_of_the_one_before(tmp_path):
    """Each is shown once, and updated after the second epoch."""
    pictures = []

    def look(message):
        if message["msg_type"] in ("display_data", "update_display_data"):
            content = message["content"]
            assert content["data"]["image/png"]
            pictures.append((message["msg_type"], content["transient"]["display_id"]))

    with manager.run_kernel(cwd=str(tmp_path), startup_timeout=LIMIT) as client:
        code = LIVE.replace("FOLDER", repr(str(tmp_path / "run")))
        done = client.execute_interactive(code, timeout=LIMIT, output_hook=look)["content"]
    assert done["status"] == "ok", "\n".join(done.get("traceback", ()))
    (first, curve), (second, raster), *updates = pictures
    assert first == second == "display_data"
    assert updates == [("update_display_data", curve), ("update_display_data", raster)]
