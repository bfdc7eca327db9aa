"""A run folder in which every foreign text tries to be a script."""

import dataclasses
import json

from spikingfa import open_run, write_model

EVIL = '</script><script>broken = 1</script><img src="x" onerror="broken = 1">\'&amp;'


def hostile(folder, model):
    """Every foreign text in a run folder tries to be a script."""
    run = open_run(folder)
    labels = (EVIL, "b")
    spikes = dataclasses.replace(run.spikes, labels=labels, predictions=labels[::-1])
    spikes.save(folder / "spikes.npz")
    write_model(model.but({"task.file": f"{EVIL}.npz"}), folder / "model.toml")
    (folder / "versions.json").write_text(json.dumps({"python": EVIL, "command": EVIL}))
    test = folder / "tests" / "<script>broken = 1"
    test.mkdir(parents=True)
    about = {"metric": "error", "test_error": 0.5, "n_stimuli": 2}
    (test / "test.json").write_text(json.dumps(about))
    (test / "confusion.csv").write_text("right," + "<b>evil,good\n<b>evil,0,1\ngood,0,1\n")
    return folder.rename(folder.with_name("<img src=x onerror=broken=1>"))
