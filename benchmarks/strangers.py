"""What a stranger may try by a model file, an archive or a run folder, and whether it is refused.

    python -m benchmarks.strangers

Every text field of the model is given every attack. It is harmless if the model is refused in one
line, or if nothing of it stands in what is compiled. The number of attacks is stored in
`benchmarks/results/reliability/strangers.json`; if one gets through, the exit status is 1.
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.append(str(Path(__file__).parent))  # where the other benchmarks find each other

from report import machine

from spikingfa import Model, ModelError
from spikingfa.network.build import blueprint
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology

RESULT = Path(__file__).parent / "results" / "reliability" / "strangers.json"
MARK = "harmful"  # in every attack, and in no model

#: By what each tries.
ATTACKS = {
    "quotes": '"); system("harmful"); ("',
    "single quotes": "'); system('harmful'); ('",
    "a call": "system(harmful)",
    "a call in an expression": "v + system('harmful')",
    "sympy": 'exp(\'__import__("os").system("harmful")\')',
    "an import": "__import__('os').system('harmful')",
    "an attribute": "harmful.__class__.__bases__[0]",
    "a lambda": "(lambda harmful: 1)()",
    "a new line": "1\n#include <harmful>",
    "an include": "#include <harmful>",
    "a directive in the middle": "v\n#define v harmful\n",
    "a line that goes on": "v # \\\n + harmful",
    "a trigraph": "v # ??/\n; system(harmful);",
    "a carriage return": "v # comment\rsystem(harmful);",
    "a line separator": "v # comment\u2028system(harmful);",
    "a vertical tab": "v # comment\vsystem(harmful);",
    "a null": "v\0harmful",
    "a comment's end": "v */ system(harmful); /*",
    "braces": "{harmful}",
    "a template": "{{ harmful }}{% harmful %}",
    "a format": "%(harmful)s{0.__class__}",
    "a shell": "$(touch harmful); `touch harmful` | harmful && harmful",
    "a path": "../../harmful",
    "an absolute path": "/etc/../harmful",
    "a terminal": "\x1b]0;harmful\x07",
    "a page": "<script>harmful</script>",
    "a huge power": "harmful**9**9**9**9",
    "a huge number": "harmful*" + "9" * 5000,
    "deep nesting": "(" * 1000 + "harmful" + ")" * 1000,
    "a long sum": "+".join(["harmful"] * 5000),
    "an assignment": "(harmful := 1)",
    "two statements": "v = 1; harmful = 2; system(0)",
    "a flag": "v : 1 (event-driven, harmful)",
    "a unit": "dx/dt = 1/second : harmful**9**9",
}
OWN = {
    **{"hidden.model": "equations", "output.model": "equations", "plasticity.rule": "equations"},
    "hidden.parameters": {"tau": "20 ms", "r_m": "0.1 Gohm", "v_rest": "-65 mV", "u": 1.0},
    "hidden.equations": "dv/dt = (v_rest - v + r_m*i_in) / tau : volt",
    **{"hidden.threshold": "v > -50*mV", "hidden.reset": "v = v_rest"},
    "hidden.refractory": "2*ms",
    **{"plasticity.synapse": "q : 1", "plasticity.rest": "q = 0", "plasticity.step": "q = q/2"},
    "plasticity.sensitivity": "1",
    "plasticity.output_sensitivity": "1",
}


def model_with_texts() -> Model:
    """One whose texts are all used: equations, statements, expressions, parameters, paths."""
    files = {"task.name": "arrays", "task.file": "x.csv", "task.test_file": "y.csv"}
    return Model().but(OWN | files | {"task.label": "class"})


def text_fields(model: Model) -> list[str]:
    """Dotted paths of every field whose value is a text, entries of tables among them."""
    return [path for path, value in _leaves(model.model_dump()) if isinstance(value, str)]


def _leaves(value, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _leaves(entry, f"{path}.{key}" if path else key)
    else:
        yield path, value


def attacked(model: Model, path: str, attack: str) -> str:
    """What became of the attack: ``"refused"`` or ``"harmless"``; else what got through.

    Nothing is compiled: the texts that are looked at are those that Brian2 makes C++ of.
    """
    try:
        network = blueprint(Topology(model.but({path: attack}), Stimuli(4, 2, 1.0)))
    except ModelError as error:
        text = str(error)
        return "refused" if len(text.splitlines()) == 1 and text.isprintable() else repr(text)
    return "harmless" if MARK not in network.to_json() else f"{MARK} is in what is compiled"


def main() -> int:
    """Try all and store how many there were."""
    start, model = time.perf_counter(), model_with_texts()
    found = {"refused": 0, "harmless": 0}
    for path in text_fields(model):
        for name, attack in ATTACKS.items():
            became = attacked(model, path, attack)
            if became not in found:
                print(f"{name} in {path}: {became}", file=sys.stderr)
                return 1
            found[became] += 1
    stored = {
        "fault": "attack in a text of a model file (quotes, newlines, #include, system(), ...)",
        "in": "reading the model and writing its C++",
        "times": sum(found.values()),
        "lost": f"nothing: {found['refused']} were refused in one line, {found['harmless']} are in"
        " no C++",
        "command": "python -m benchmarks.strangers",
        "seconds": round(time.perf_counter() - start, 1),
        "versions": machine(),
    }
    RESULT.parent.mkdir(exist_ok=True, parents=True)
    RESULT.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")
    print(stored["lost"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
