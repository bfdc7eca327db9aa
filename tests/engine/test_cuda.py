"""CUDA by Brian2CUDA: what is said without it, what is refused, and that it computes the same."""

import dataclasses
import re
import shutil
import subprocess
import sys
from pathlib import Path

import brian2
import numpy as np
import pytest
from helpers.chunks import N_TRIALS, assert_same, make_chunk

import spikingfa
from spikingfa.base.errors import BuildError, ModelError
from spikingfa.base.subprocesses import environment
from spikingfa.cli.main import main
from spikingfa.engine.compiled.cache import CPP, Program, cache_key
from spikingfa.engine.compiled.checksums import seal
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.engine.cuda import toolkit
from spikingfa.engine.cuda.compilation import compile_cuda, pieces
from spikingfa.engine.cuda.engine import CudaEngine
from spikingfa.engine.cuda.limits import check
from spikingfa.engine.cuda.toolkit import Toolkit, find_toolkit
from spikingfa.model.files import load_model, shipped_models
from spikingfa.model.model import Model
from spikingfa.network.blueprint import Blueprint, Population, Projection
from spikingfa.network.build import blueprint
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology

CUDA = {"training.device": "cuda_standalone"}
THERE = Toolkit("1.0b1", "release 13.0, V13.0.88", "NVIDIA A100", "8.0")
MISSING = ("Brian2CUDA", "nvcc", "GPU")


def with_toolkit(monkeypatch, package="1.0b1", nvcc="release 13.0", gpu=("8.0", "NVIDIA A100")):
    monkeypatch.setattr(toolkit, "_brian2cuda", lambda: package)
    monkeypatch.setattr(toolkit, "nvcc_version", lambda: nvcc)
    monkeypatch.setattr(toolkit, "_gpu", lambda: gpu)


def test_all_that_is_needed_is_found(monkeypatch):
    with_toolkit(monkeypatch)
    assert find_toolkit() == Toolkit("1.0b1", "release 13.0", "NVIDIA A100", "8.0")


@pytest.mark.parametrize(
    ("there", "missing"),
    [
        ({"package": ""}, ["Brian2CUDA"]),
        ({"nvcc": ""}, ["nvcc"]),
        ({"gpu": None}, ["GPU"]),
        ({"package": "", "nvcc": "", "gpu": None}, list(MISSING)),
    ],
    ids=str,
)
def test_what_is_missing_is_told_in_one_line(monkeypatch, there, missing):
    with_toolkit(monkeypatch, **there)
    with pytest.raises(BuildError) as told:
        find_toolkit()
    text = str(told.value).partition("missing here: ")[2]
    assert [name for name in MISSING if re.search(rf"(^|, )(a )?{name}", text)] == missing
    assert "\n" not in str(told.value)


def test_the_command_ends_before_anything_is_compiled(tiny_data, monkeypatch, tmp_path, capsys):
    with_toolkit(monkeypatch, gpu=None)
    monkeypatch.setenv("SPIKINGFA_CACHE", str(tmp_path / "cache"))
    device = [f"{name}={value}" for name, value in CUDA.items()]
    out = tmp_path / "run"
    assert main(["run", "digits_fa", "--set", *device, "--out", str(out)]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == (
        "spikingfa: training.device=cuda_standalone: missing here: a GPU (nvidia-smi finds none)"
    )
    assert not (tmp_path / "cache").exists()
    assert not (out / "weights.npz").exists()


def program(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("visible", "asked", "found"),
    [
        (None, "--query-gpu=compute_cap,name --format=csv,noheader", ("9.0", "NVIDIA H100")),
        ("1,0", "-i 1 --query-gpu=compute_cap,name --format=csv,noheader", ("9.0", "NVIDIA H100")),
        ("", None, None),
        ("-1", None, None),
    ],
)
def test_the_gpu_is_the_first_that_cuda_may_see(monkeypatch, tmp_path, visible, asked, found):
    if visible is None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    else:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    answer = "echo '9.0, NVIDIA H100'; echo '8.0, NVIDIA A100'"
    program(tmp_path / "bin" / "nvidia-smi", f'echo "$@" > {tmp_path}/asked; {answer}')
    assert toolkit._gpu() == found
    said = tmp_path / "asked"
    assert (said.read_text().strip() if said.exists() else None) == asked


@pytest.mark.parametrize("said", ["exit 9", "echo '[N/A], NVIDIA K20'", "echo No devices found"])
def test_a_gpu_that_does_not_answer_is_none(monkeypatch, tmp_path, said):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    program(tmp_path / "bin" / "nvidia-smi", said)
    assert toolkit._gpu() is None


def test_nvcc_is_that_of_cuda_path_and_no_other(monkeypatch, tmp_path):
    program(tmp_path / "bin" / "nvcc", "echo release 12.4")
    monkeypatch.setenv("CUDA_PATH", str(tmp_path))
    assert toolkit.nvcc_version() == "release 12.4"
    monkeypatch.setenv("CUDA_PATH", str(tmp_path / "elsewhere"))
    assert toolkit.nvcc_version() == ""


def test_programs_are_kept_by_what_they_are_compiled_with_and_for():
    network = make_chunk(Model(hidden={"size": 12}))[0]
    others = {"nvcc": "release 12.4", "capability": "9.0", "brian2cuda": "1.0b2"}
    kinds = [THERE, *(dataclasses.replace(THERE, **{k: v}) for k, v in others.items())]
    builders = [CPP, *(kind.builder for kind in kinds)]
    assert len({cache_key(network, builder) for builder in builders}) == len(builders)
    again = dataclasses.replace(THERE, gpu="another A100")
    assert cache_key(network, again.builder) == cache_key(network, THERE.builder)


NEURONS = Population("a", 3, "dv/dt = -v/(10*ms) : 1\nx : 1\nd = x + v : 1\nc : integer (shared)")


def network(neurons: dict | None = None, **synapses) -> Blueprint:
    neurons = dataclasses.replace(NEURONS, **(neurons or {}))
    synapses = {"equations": "w : 1\ny = w*d_post : 1", **synapses}
    return Blueprint(1e-3, (neurons,), (Projection("a_to_a", "a", "a", **synapses),))


@pytest.mark.parametrize(
    "allowed",
    [
        network(on_pre="x_post += w\nw = clip(w + v_post, 0, 1)"),
        network(on_pre="x_post -= w\nx_post += 1", on_post="w += v_pre"),
        network(continuous="w += d_post*randn()", rest="w = 0"),
        network({"onset": "c = int(t/(100*ms) + 0.5)\nx = c", "reset": "x += 1"}),
    ],
)
def test_what_can_be_done_side_by_side_is_allowed(allowed):
    check(allowed)


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        (network(on_pre="w += randn()"), "its synapses draw randn() at spikes"),
        (network(on_post="w += eta*rand()"), "its synapses draw rand() at spikes"),
        (network(on_pre="x_post += w; w += x_post"), "both change and read x_post"),
        (network(on_pre="x_post += w\nw += d_post"), "both change and read x_post"),
        (network(on_pre="x_post += y"), "both change and read x_post"),
        (network(on_pre="x_post = x_post + w"), "both change and read x_post"),
        (network(on_pre="x_post = w"), "its synapses set x_post"),
        (network(on_pre="x_post += 1\nx_post *= 2"), "its synapses set x_post"),
        (network(continuous="x_post += w"), "its synapses change x_post in every step"),
        (network({"onset": "c += 1"}), "all of its neurons share c, which it counts"),
        (network({"rest": "c = c + 1  # trials"}), "all of its neurons share c, which it counts"),
        (network({"size": 50_000}), "2500000000 synapses are more than 2147483647"),
    ],
)
def test_what_a_gpu_would_compute_in_another_way_is_refused(refused, reason):
    with pytest.raises(ModelError) as told:
        check(refused)
    assert reason in str(told.value)
    assert re.match(
        r"a(_to_a)? cannot be run with training.device=cuda_standalone", str(told.value)
    )


@pytest.mark.parametrize("name", shipped_models())
def test_every_shipped_model_can_be_run(name):
    check(blueprint(Topology(load_model(name), Stimuli(8, 3, 1.0))))


def test_a_network_is_refused_before_it_is_compiled(monkeypatch, tmp_path):
    monkeypatch.setattr("spikingfa.engine.cuda.engine.find_toolkit", lambda: THERE)
    monkeypatch.setattr("spikingfa.engine.cuda.engine.compiled", None)
    noisy = Model(plasticity={"update_noise": "1 pA"})
    with pytest.raises(ModelError, match=r"input_to_hidden .* draw rand8\(\) at spikes"):
        CudaEngine(blueprint(Topology(noisy, Stimuli(8, 3, 1.0))), tmp_path)


def test_variables_over_time_are_refused_before_anything_is_compiled(
    tiny_run, tmp_path, monkeypatch
):
    folder = shutil.copytree(tiny_run.folder, tmp_path / "run")
    text = (folder / "model.toml").read_text()
    (folder / "model.toml").write_text(text.replace("cpp_standalone", "cuda_standalone"))
    monkeypatch.setattr("spikingfa.training.session.make_engine", None)
    with pytest.raises(ModelError, match="records spikes, but no variables over time"):
        spikingfa.record(spikingfa.open_run(folder), "hidden.v", progress=False)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("INFO _run_kernel_error_on_rest_codeobject", False),
        ("\t12 blocks", False),
        ("Number of spikes: 4", False),
        ("ERROR: cudaMalloc failed at main.cu:3 : out of memory", True),
        ("Error reading '/tmp/x': file size 8 does not match expected size 16", True),
        ("Could not read '/tmp/x'", True),
        ("cannot bring stimuli (SPIKINGFA_STIMULI) to the GPU", True),
        ("MEMORY ERROR: Trying to generate more random numbers", True),
    ],
)
def test_what_brian2cuda_tells_is_no_failure_unless_it_is_one(line, complaint):
    assert CudaEngine._complains(line) == complaint


GENERATE = """
import sys
from pathlib import Path
from spikingfa.network.blueprint import Blueprint
from spikingfa.engine.construct import precision_of
from spikingfa.engine.cuda.build import generate

network = Blueprint.from_json(sys.stdin.read())
with precision_of(network):
    generate(network, Path(sys.argv[1]), "8.0")
"""


def generated(network: Blueprint, folder: Path) -> Path:
    """The CUDA of a network, written by Brian2CUDA in a process of its own."""
    folder.mkdir(exist_ok=True)
    if toolkit._brian2cuda() == "":
        pytest.skip("needs Brian2CUDA (Python 3.12 or later): pip install spikingfa[cuda]")
    command = [sys.executable, "-P", "-c", GENERATE, str(folder)]
    text = network.to_json()
    done = subprocess.run(command, input=text, capture_output=True, text=True, env=environment())
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_nvcc_compiles_it(tmp_path):
    if toolkit.nvcc() is None:
        pytest.skip("needs nvcc")
    folder = generated(make_chunk(Model(hidden={"size": 12}))[0], tmp_path / "cuda")
    compile_cuda(folder, "8.0")
    assert (folder / "main").stat().st_size > 1e6
    assert not list(folder.glob("*.o"))


#: Of CUDA, Thrust and cuRAND, whose place cuda_on_cpu.h takes.
HEADERS = (
    *("cuda.h", "cuda_profiler_api.h", "curand.h", "curand_kernel.h"),
    *(f"thrust/{name}.h" for name in ("copy", "count", "device_vector", "execution_policy")),
    *(f"thrust/{name}.h" for name in ("host_vector", "reduce", "sort", "system_error", "unique")),
)
LAUNCH = re.compile(r"(\w+)<<<([^,>]+),([^,>]+)(?:,[^>]+)?>>>\s*\((\s*\))?")


def compile_for_cpu(folder: Path) -> None:
    """Compile kernels as loops."""
    for name in HEADERS:
        (folder / "cpu" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "cpu" / name).touch()
    flags = ["-w", "-O0", "-std=c++17", "-ffp-contract=off", "-I.", "-Ibrianlib", "-Icpu"]
    flags += ["-include", str(Path(__file__).parents[1] / "helpers" / "cuda_on_cpu.h")]
    names = []
    for name, texts in pieces(folder).items():
        text = LAUNCH.sub(
            lambda m: f"launch({m[1]}, {m[2]}, {m[3]}{m[4] or ', '}", "\n".join(texts)
        )
        (folder / f"{name}.cpp").write_text(text)
        names.append(f"{name}.cpp")
    subprocess.run(["g++", *flags, *names, "-o", "main"], cwd=folder, check=True)
    seal(folder)


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(hidden={"size": 12})


def engine_on_cpu(network: Blueprint, folder: Path) -> CudaEngine:
    """The engine with the generated CUDA compiled for a core, kernels as loops."""
    program = generated(network, folder / "program")
    compile_for_cpu(program)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("spikingfa.engine.cuda.engine.find_toolkit", lambda: THERE)
        patch.setattr(CudaEngine, "_compiled", lambda _: Program(program, 0.0))
        return CudaEngine(network, folder)


@pytest.fixture(scope="module")
def on_cpu(model, tmp_path_factory) -> CudaEngine:
    return engine_on_cpu(make_chunk(model)[0], tmp_path_factory.mktemp("cuda"))


@pytest.mark.slow
def test_kernels_as_loops_give_what_the_compiled_network_gives(on_cpu, model, tmp_path):
    """Bit for bit: trials, input, delays, spikes and what is read out at the end of each trial."""
    told = []
    chunk = make_chunk(model)[1]
    outcome = on_cpu.run(chunk, told.append)
    assert min(outcome.n_spikes.values()) > 0
    assert_same(outcome, StandaloneEngine(on_cpu.blueprint, tmp_path).run(chunk))
    assert told[0] == 0
    assert 90 < len(told) <= 101


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        {"plasticity.rule": "eprop", "feedback.error": "graded", "hidden.delay": "3 ms"},
        {"plasticity.rule": "superspike", "training.continuous": True, "hidden.sparsity": 0.5},
        {"feedback.kind": "kolen_pollack", "hidden.recurrent": "plastic", "hidden.model": "alif"},
    ],
    ids=str,
)
def test_so_they_do_for_other_networks(changes, model, tmp_path):
    network, chunk = make_chunk(model.but(changes))
    outcome = engine_on_cpu(network, tmp_path).run(chunk)
    assert min(outcome.n_spikes[name] for name in ("hidden", "output", "error_off")) > 0
    assert_same(outcome, StandaloneEngine(network, tmp_path).run(chunk))


@pytest.mark.slow
def test_in_single_precision_they_do_but_for_rounding(model, tmp_path):
    network, chunk = make_chunk(model.but({"training.precision": "single"}))
    outcome = engine_on_cpu(network, tmp_path).run(chunk)
    expected = StandaloneEngine(network, tmp_path).run(chunk)
    assert outcome.n_spikes == expected.n_spikes
    for name in chunk.carried:
        one, other = outcome.state[name], expected.state[name]
        assert one.dtype == other.dtype == np.float32
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4 * np.abs(other).max())


@pytest.mark.slow
def test_on_kernels_as_loops_too_chunks_know_nothing_of_each_other(on_cpu, model):
    chunk = make_chunk(model, record=False)[1]
    other = dataclasses.replace(chunk, order=chunk.order[::-1], seed=3)
    one, _, again = on_cpu.run_all([chunk, other, chunk])
    assert_same(one, again)
    assert one.spikes == {}


@pytest.mark.slow
def test_on_kernels_as_loops_too_the_trial_is_told_in_which_numbers_explode(
    on_cpu, model, tmp_path
):
    dark = np.zeros((N_TRIALS, 8), np.float32)
    chunk = make_chunk(model, learn=False)[1]
    dark[chunk.order[4:]] = chunk.stimuli[chunk.order[4:]]
    w = {"input_to_hidden.w": np.full_like(chunk.arrays["input_to_hidden.w"], 1e308)}
    chunk = dataclasses.replace(chunk, arrays=chunk.arrays | w, stimuli=dark)
    diverged = on_cpu.run(chunk).diverged
    assert diverged["hidden.i_syn"] == 4
    assert diverged == StandaloneEngine(on_cpu.blueprint, tmp_path).run(chunk).diverged


@pytest.mark.slow
def test_a_gpu_gives_what_a_core_gives_but_for_rounding(tiny_model, tiny_run, tmp_path):
    try:
        find_toolkit()
    except BuildError as missing:
        pytest.skip(str(missing))
    run = spikingfa.train(tiny_model.but(CUDA), out=tmp_path / "run", progress=False)
    assert abs(run.metrics["test_error"] - tiny_run.metrics["test_error"]) < 0.1
    for name, w in tiny_run.arrays.items():
        scale = np.abs(w).max()
        np.testing.assert_allclose(run.arrays[name], w, rtol=0, atol=0.05 * scale, err_msg=name)
    assert brian2.get_device() is brian2.all_devices["runtime"]
