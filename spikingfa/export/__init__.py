"""Models, trained networks and recorded spikes in formats that other programs read.

Formats read a run folder, or a model; nothing here simulates.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spikingfa.base.errors import ModelError, RunFolderError
from spikingfa.base.files import as_folder_error, within, written_whole
from spikingfa.base.progress import Waiting, progress_shown
from spikingfa.base.text import nearest
from spikingfa.export import blocks
from spikingfa.export.csv_tables import Csv
from spikingfa.export.format import Format
from spikingfa.export.nir import Nir
from spikingfa.export.nix import Nix
from spikingfa.export.npz import Npz
from spikingfa.export.nwb import Nwb
from spikingfa.export.python import Python
from spikingfa.export.subject import subject_of
from spikingfa.export.trains import RecordedRun
from spikingfa.model.files import as_model
from spikingfa.model.model import Model
from spikingfa.run_folder.opening import as_run
from spikingfa.run_folder.run import Run

if TYPE_CHECKING:
    from neo import Block

__all__ = ["FORMATS", "Format", "export", "export_run", "format_called", "neo_block", "to_neo"]

FOLDER = "export"  # of a run folder
ALIASES = {"neo": "nix"}  # the file in which Neo keeps a block

#: Every format by its name.
FORMATS: dict[str, Format] = {
    "csv": Csv(),
    "nir": Nir(),
    "nix": Nix(),
    "npz": Npz(),
    "nwb": Nwb(),
    "python": Python(),
}


def to_neo(
    run: Run | str | Path, recording: str | None = None, *, by_trial: bool = True
) -> "Block":
    """Recorded spikes and traces as a Neo block, for Elephant.

    Each trial is a segment, which begins at 0 s and is annotated with ``trial``, ``onset`` (s),
    ``label`` and ``prediction``, so that no interspike interval reaches from a trial to the next.
    There is a group of spike trains for each population, annotated with ``population`` and
    ``neuron``. Each trace of a recording is an analog signal of each segment, with the neurons, or
    the synapses, in the array annotation ``column``.

    Parameters
    ----------
    run : Run, str or Path
        A run, or its folder.
    recording : str, optional
        Name of a recording made on demand, instead of what the run recorded.
    by_trial : bool
        If not, all trials are one segment with an epoch ``trials``, as in the files of
        :class:`spikingfa.export.nix.Nix`.

    Returns
    -------
    neo.Block

    Raises
    ------
    ModelError
        Neo is not installed.
    RunFolderError
        The run has no recorded spikes, or no such recording.
    """
    run = as_run(run)
    return blocks.neo_block(run if recording is None else RecordedRun(run, recording), by_trial)


def format_called(name: str) -> Format:
    """The format of this name.

    Raises
    ------
    ModelError
        There is none.
    """
    name = ALIASES.get(name, name)
    if name not in FORMATS:
        raise ModelError(f"there is no format {name!r}{nearest(name, FORMATS)}")
    return FORMATS[name]


def export_run(
    source: Run | Model | str | Path,
    to: str,
    path: str | Path | None = None,
    *,
    trials: int | None = None,
    recording: str | None = None,
    subject: Mapping[str, str] | None = None,
    progress: bool = True,
) -> list[Path]:
    """Write a run, or a model, to a file for other programs.

    Parameters
    ----------
    source : Run, Model, str or Path
        A model, its name or its file, for the formats whose `Format.of_models` says so; a run or
        its folder for any.
    to : str
        A name in `FORMATS`; ``"neo"`` is ``"nix"``.
    path : str or Path, optional
        The file. By default ``spikes``, ``network`` or the recording's name with the format's
        ending, of a run in its subfolder ``export``, of a model in the current folder. What was
        there is replaced, by a script only another script that was exported.
    trials : int, optional
        How many stimuli of the training the script of a model shows.
    recording : str, optional
        Name of a recording made on demand, whose spikes and traces are written instead of what
        the run recorded when it was trained.
    subject : mapping of str to str, optional
        What an NWB file says of its subject, ``{"species": "Mus musculus"}``: fields of
        `spikingfa.export.subject.Subject`. Archives such as DANDI ask for the species.
    progress : bool
        Whether it is said on stderr what is written, where it takes more than two seconds.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    ModelError
        There is no such format, a package that it needs is not installed, or it cannot express
        the model.
    RunFolderError
        The run lacks what the format needs, such as recorded spikes, or the file cannot be
        written.
    """
    form = format_called(to)
    if isinstance(source, str | Path):
        source = as_run(source) if Path(source).is_dir() else as_model(source)
    of_model = isinstance(source, Model)
    source = source if isinstance(source, Model) else as_run(source)
    if of_model and not form.of_models:
        raise ModelError(f"{form.name} needs a run, which spikingfa run MODEL leaves, and no model")
    if trials is not None and not of_model:
        raise ModelError("trials are chosen for a model only: a run shows those recorded")
    if recording is not None:
        if isinstance(source, Model) or not form.of_recordings:
            raise ModelError(f"recording {recording!r} needs a format of spikes, and a run")
        source = RecordedRun(source, recording)
    arguments: list[Any] = [] if trials is None else [trials]
    if subject:
        if not form.of_subjects:
            raise ModelError(f"a subject is described in nwb files only, and this is {form.name}")
        arguments.append(subject_of(subject))
    if path is None:
        folder = Path() if isinstance(source, Model) else source.folder / FOLDER
        path = folder / f"{recording or form.stem}{form.ending}"
    files = form.files(Path(path), source)
    for file in files:
        if file.exists() and not form.replaces(file):
            raise RunFolderError(
                f"{file} was not exported and is not replaced: choose another file"
            )
    with progress_shown(progress), Waiting(f"writing {files[0].name}"):
        _write(form, source, arguments, files)
    return files


def _write(form: Format, source: Run | Model, arguments: list[Any], files: list[Path]) -> None:
    contents = form.contents(source, *arguments)
    if not isinstance(source, Model) and files[0].parent == source.folder / FOLDER:
        folder = within(source.folder, files[0].parent)
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise as_folder_error(error, folder) from None
    for file, write in zip(files, contents, strict=True):
        written_whole(file, write)


#: Their names before they were names of the package itself.
export, neo_block = export_run, to_neo
