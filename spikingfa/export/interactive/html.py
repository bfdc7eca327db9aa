"""Pages of HTML that need no other file and load nothing."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader
from markupsafe import Markup

from spikingfa.export.interactive.theme import THEME

HERE = "spikingfa.export.interactive"
#: What every page with a raster runs, in this order.
SCRIPTS = ("theme.js", "spikes.js", "raster_drawing.js", "raster.js", "frame.js")
STYLES = ("page.css",)


def rendered(
    template: str,
    values: Mapping[str, Any],
    package: str = HERE,
    scripts: Iterable[str] = (),
    styles: Iterable[str] = (),
) -> str:
    """A page from a template of `package`, with scripts and styles of it after those of this one.

    Templates may use ``raster.html``, which has the raster's element and the styles.
    """
    loaders = [PackageLoader(name) for name in dict.fromkeys((package, HERE))]
    pages = Environment(loader=ChoiceLoader(loaders), autoescape=True, trim_blocks=True)
    run = [*_texts(HERE, SCRIPTS), *_texts(package, scripts)]
    shared = {
        "theme": THEME,
        "style": Markup("").join([*_texts(HERE, STYLES), *_texts(package, styles)]),
        "scripts": run,
        "policy": _policy(run),
        "spikingfa": version("spikingfa"),
    }
    return pages.get_template(template).render(shared | values).strip() + "\n"


def _texts(package: str, names: Iterable[str]) -> list[Markup]:
    return [Markup((files(package) / name).read_text("utf-8")) for name in names]


def _policy(scripts: Iterable[str]) -> str:
    """The policy for browsers: run these scripts, and load nothing."""
    hashes = [b64encode(sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{value}'" for value in hashes)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
