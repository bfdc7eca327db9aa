"""Files of a data set from the first mirror that has them, by pooch."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from spikingfa.base.errors import DataError
from spikingfa.base.progress import Waiting
from spikingfa.tasks.idx import unpacked

SILENCE_LIMIT = 30  # seconds in which a mirror sends nothing, after which the next one is tried


def download(sha256: dict[str, str], mirrors: tuple[str, ...], folder: Path) -> None:
    """Put files into `folder`, each whole and right or not at all.

    Parameters
    ----------
    sha256 : dict of str
        Name of each file without ``.gz``, and the SHA-256 of its unpacked content.
    mirrors : tuple of str
        Addresses, ending in a slash, that are tried one after the other.
    folder : Path
        Made if it is not there.

    Raises
    ------
    DataError
        No mirror has the right file, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, digest in sha256.items():
            _from_any(mirrors, name, digest, folder)
    except OSError as error:
        raise DataError(f"{folder} cannot be written ({error.strerror or error})") from None


class Download(Waiting):
    """A wait as pooch goes with it."""

    @property
    def total(self) -> int:
        """Bytes of the file."""
        return self._bar.total

    @total.setter
    def total(self, n: int) -> None:
        self._bar.total = n

    def reset(self) -> None:
        """Count anew; pooch does so at the end, and counts all at once."""
        self._bar.n = 0


def _from_any(mirrors: tuple[str, ...], name: str, digest: str, folder: Path) -> None:
    reasons = []
    for mirror in mirrors:
        # a folder for each attempt: pooch takes a file that is there already for the right one
        with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=folder) as scratch:
            path, reason = _fetch(f"{mirror}{name}.gz", Path(scratch), digest)
            if path is not None:
                os.replace(path, folder / f"{name}.gz")
                return
        reasons.append(f"{urlsplit(mirror).hostname}: {reason}")
    raise DataError(f"{name}.gz cannot be downloaded ({', '.join(reasons)})")


def _fetch(url: str, folder: Path, digest: str) -> tuple[Path | None, str]:
    """The path of the right file; or none, and why not."""
    import pooch  # takes a while, and is seldom needed
    import requests

    try:
        name = url.rpartition("/")[2]
        with _quiet(pooch.get_logger()), Download(f"downloading {name}", 0, "B") as waiting:
            fetched = pooch.retrieve(
                url,
                known_hash=None,  # the content is what counts, however a mirror has packed it
                fname=name,
                path=folder,
                downloader=pooch.HTTPDownloader(progressbar=waiting, timeout=SILENCE_LIMIT),
            )
        right = hashlib.sha256(unpacked(Path(fetched))).hexdigest() == digest
    except DataError:
        return None, "a damaged file"
    except requests.Timeout:
        return None, f"no answer in {SILENCE_LIMIT:g} s"
    except (OSError, ValueError) as error:  # what pooch's connections raise are OSErrors
        return None, getattr(error, "strerror", None) or type(error).__name__
    return (Path(fetched), "") if right else (None, "another file")


@contextlib.contextmanager
def _quiet(logger):
    """Silence pooch's advice to note down the checksum."""
    level = logger.level
    logger.setLevel("WARNING")
    try:
        yield
    finally:
        logger.setLevel(level)
