"""The run folder: the one product of a run, written as it goes and read back later.

==================  ==============================================================
``model.toml``      the model with every default filled in
``data.json``       what the data were, and how they were encoded, see `DataRecord`
``metrics.json``    the result in numbers
``history.csv``     a row per epoch; epoch 0 is before learning
``weights.npz``     forward weights (A), feedback weights B and what else is carried
``weights/``        the same before learning and after every epoch, where ``recording.weights``
``spikes.npz``      recorded spikes, see `spikingfa.run_folder.spikes.Spikes`
``start.npz``       the weights that it began with, where they are those of another run
``checkpoint.npz``  where an unfinished training stands, see `spikingfa.training.checkpoint`
``figures/``        raster, learning curve, alignment; any by ``spikingfa plot``
``export/``         network and spikes for other programs, see `spikingfa.export`
``recordings/``     traces of variables, recorded on demand, see `spikingfa.run_folder.recording`
``tests/``          what ``spikingfa test`` found, see `spikingfa.training.evaluation_files`
``report.html``     the run on one page, see `spikingfa.export.report`
``versions.json``   the versions of everything that had a part in it, the command,
                    the number of this format, and an id that no other run has
==================  ==============================================================

The format's number is `FORMAT`. Folders that were written before it was counted have none, and
are read as 0, which differs in nothing else. Up to format 1 the error in validation was called
``test_error``, and ``train_error`` was measured while learning; both are still read.
"""

from spikingfa.run_folder.data_record import NAME as DATA

FORMAT = 2  # goes up when programs that know this one could no longer read a folder rightly
CHECKPOINT = "checkpoint.npz"
REPORT = "report.html"
FILES = (
    "model.toml",
    DATA,
    "metrics.json",
    "history.csv",
    "weights.npz",
    "weights",
    "spikes.npz",
    "start.npz",
    "checkpoint.npz",
    "versions.json",
    "figures",
    "export",
    "recordings",
    "tests",
    REPORT,
)
START = "start.npz"
KEPT = "weights/epoch_{:03d}.npz"
RECORDINGS = "recordings"
TRACES = "traces"  # the recording that is meant where none is named
