"""Digests of trained weights, to hold that a change of the code left every number as it was.

    python benchmarks/weight_digests.py > before.txt    # of one version, on one machine
    python benchmarks/weight_digests.py | diff before.txt -

Six models are trained for a short while with seed 1; a line holds the SHA-256 of all weights in
the order of their names. Another compiler or processor may give other digests.
"""

import hashlib
import tempfile
from pathlib import Path

import spikingfa

#: What is trained: the model and its settings.
TRAINED = (
    ("digits_fa", {"training.epochs": 3}),
    ("digits_fa_deep", {"training.epochs": 2}),
    ("digits_adex", {"training.epochs": 1}),
    ("digits_stochastic", {"training.epochs": 1}),
    ("xor_fa", {}),
    ("mnist_fa_quick", {"task.limit": 2000}),
)


def digest(model: str, settings: dict, folder: Path) -> str:
    """SHA-256 of the weights that a training ends with."""
    changed = spikingfa.load_model(model).but(settings)
    run = spikingfa.train(changed, seed=1, out=folder / model, progress=False)
    sha = hashlib.sha256()
    for name in sorted(run.arrays):
        sha.update(name.encode())
        sha.update(run.arrays[name].tobytes())
    return sha.hexdigest()


def main() -> None:
    """Print a line a model."""
    with tempfile.TemporaryDirectory() as folder:
        for model, settings in TRAINED:
            print(model, digest(model, settings, Path(folder)), flush=True)


if __name__ == "__main__":
    main()
