"""Model files: shipped ones with other values, equations of a stranger, and anything at all."""

from pathlib import Path
from random import Random

import spikingfa
from benchmarks.fuzz.mutations import VALUES, Material, damaged_bytes, damaged_lines, encoded
from spikingfa.model.files import to_model, write_model
from spikingfa.model.neurons import NEURONS
from spikingfa.rules.plasticity import PLASTICITY

DURING = "reading a model file"
ERRORS = spikingfa.ModelError
OWN = "equations"

_SHORT = """[hidden]
size = 20
tau_m = "20 ms"
[training]
epochs = 3
[plasticity]
eta_hidden = 1.0
"""
_EQUATIONS = """[hidden]
model = "equations"
equations = "dv/dt = (v_rest - v + r_m*i_in)/tau_m : volt"
current = "i_in"
threshold = "v > v_thresh"
reset = "v = v_reset"
refractory = ""
onset = "v = v_rest"
drive = "(i_syn + i_bias)/i_rheo"
sensitivity = "exp(-drive**2)"
"""
_RULE = """[plasticity]
rule = "equations"
change = "teaching_post*q"
synapse = "q : 1"
step = "q += x_pre*dt"
rest = "q = 0"
sensitivity = "1"
output_sensitivity = "1"
[plasticity.parameters]
a = 1.0
"""
#: What a stranger may write where an expression is needed.
_ATTACKS = (
    *("9**9**9**9", "system(0)", "__import__('os')", "exp('1')", "v.__class__", "(lambda: v)()"),
    *(
        "v; w",
        "#include <x>",
        "((((((((((v))))))))))",
        "-" * 300 + "v",
        "v" * 3000,
        "exp(exp(999.))",
    ),
    *(
        "(v + 1)**99",
        "v[0]",
        "1/0",
        "x" * 70,
        "v if v else v",
        "{v}",
        "f'{v}'",
        "v := 1",
        "*v",
        "é",
    ),
    *("v : volt**9**9", "v = 9 : 1 (event-driven)", "dv/dt = v : 1 (linked)", "rand()", "xi"),
    *(
        "stimulus(trial, i)",
        "v > 1*mV) and (v < 2*mV",
        "v_rest",
        "1e308*10",
        "0*mV",
        "v // 0",
        "1e29",
    ),
)
_WORDS = ("v", "dv/dt", "=", ":", "volt", "1", "(", ")", "*", "/", "**", "+", "-", "\n", "#", "9")


def prepared(folder: Path) -> list[str]:
    """The models that are damaged: every neuron model and rule, and all fields filled in."""
    texts = [_SHORT]
    texts += [f'[hidden]\nmodel = "{name}"\nsize = 9\n' for name in NEURONS if name != OWN]
    texts += [f'[plasticity]\nrule = "{name}"\n' for name in PLASTICITY if name != OWN]
    for tables in ({}, {"hidden": [{}, {}]}):
        write_model(to_model(tables), folder / "base.toml")
        texts.append((folder / "base.toml").read_text("utf-8"))
    return texts


def made(texts: list[str], random: Random, some: Material) -> bytes:
    """What is written into the file; equations take Brian2 longer, and are fewer."""
    kind, text = random.random(), random.choice(texts)
    if kind < 0.6:
        return damaged_lines(text, random, some)
    if kind < 0.9:
        return damaged_bytes(text.encode(), random, some)
    if kind < 0.95:
        own = [f"'''{one}'''" for one in (*_ATTACKS, _of_words(random), _of_words(random))]
        return damaged_lines(random.choice((_EQUATIONS, _RULE)), random, some, (*own, *VALUES))
    if kind < 0.97:
        return random.choice(some.bytes)
    return encoded(f"{random.choice(some.texts)} = {random.choice(some.tables)!r}")


def _of_words(random: Random) -> str:
    return " ".join(random.choices(_WORDS, k=random.randint(0, 12)))


def read(folder: Path, content: bytes) -> None:
    """Read a model file of this content."""
    path = folder / "model.toml"
    path.write_bytes(content)
    spikingfa.load_model(path)
