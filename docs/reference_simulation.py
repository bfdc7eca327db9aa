"""The network in plain NumPy, written from docs/guide/model-whole.md, and held against a run.

For the digits, with neurons `lif` or `lif_cond`. Numbers in parentheses are sections of the page.
It computes again the training, a recording of training stimuli, and the recorded tests::

    spikingfa run digits_fa --set task.limit=20 --epochs 2 --out RUN
    spikingfa record RUN --untrained --learning --training-set --stimuli 0:20 --name learning
    python docs/reference_simulation.py RUN
"""

import math
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

UNITS = {"ms": 1e-3, "mV": 1e-3, "pA": 1e-12, "nS": 1e-9, "Mohm": 1e6, "Hz": 1.0}
# values of fields for which this is written; other models are refused
WRITTEN = {"name": ["digits"], "model": ["lif", "lif_cond"], "kind": ["direct", "layerwise"]}
WRITTEN |= {"rule": ["three_factor"], "schedule": ["exponential"], "error": ["spiking"]}
WRITTEN |= {"coding": ["regular"], "teacher": ["regular", False], "precision": ["double"]}
NONE = ("validation", "shift", "sparsity", "i_noise", "dropout", "g_couple", "inhibition")
WRITTEN |= {key: [0] for key in (*NONE, "readout_latency", "homeostasis", "continuous")}
WRITTEN |= {"receptive_field": [0], "stages": [[]]}
WRITTEN |= {key: [] for key in ("w_max", "excitatory", "levels")}
WRITTEN |= {"recurrent": ["none"], "skip": [[]], "initial": ["random"], "plastic": [True]}
WRITTEN |= {key: [0] for key in ("opponent", "error_rms", "teaching_rms", "intrinsic")}
WRITTEN |= {key: [] for key in ("hop_gain", "tau_relay", "hidden_error_rate")}


def read_model(path):
    """The fields of a model file in SI units, by section; of `hidden` a list of layers."""
    model = tomllib.loads(path.read_text("utf-8"))
    model["hidden"] = model["hidden"] if isinstance(model["hidden"], list) else [model["hidden"]]
    for layer in [*model["hidden"], *(model[name] for name in model if name != "hidden")]:
        for key, value in layer.items():
            digits, _, unit = str(value).partition(" ")
            layer[key] = float(digits) * UNITS[unit] if unit in UNITS else value
            if layer[key] not in WRITTEN.get(key, [layer[key]]):
                sys.exit(f"{path}: this is not written for {key} = {value!r}")
    return model


class Layer:
    """Hidden or output neurons (2)."""

    def __init__(self, size, p, tau_apical, dt):
        self.size, self.p, self.dt, self.tau_apical = size, p, dt, tau_apical
        self.held = math.floor(p["tau_refrac"] / dt + 1e-3) - 1  # steps after that of a spike

    def rest(self):
        """Begin a trial (6)."""
        self.v, self.i_apical = np.full(self.size, self.p["v_rest"]), np.zeros(self.size)
        self.i = np.zeros((2, self.size))  # of lif_cond excitation and inhibition, else the first
        self.count, self.charge = np.zeros(self.size), np.zeros(self.size)
        self.last = np.full(self.size, -np.inf)  # step of the last spike

    def teaching(self):
        """What the synapses onto it learn from (5)."""
        p, current = self.p, self.i.sum(axis=0) + self.p["i_bias"]
        drive = p["r_m"] * current / (p["v_thresh"] - p["v_rest"])
        least, most = p.get("sensitivity_min", -np.inf), p.get("sensitivity_max", np.inf)
        return self.i_apical * ((drive > least) & (drive < most))

    def step(self, now):
        """Integrate (1), and return which neurons fire."""
        p, (exc, inh) = self.p, self.i
        gamma, driven = 1.0, p["r_m"] * (exc + p["i_bias"])
        if p["model"] == "lif_cond":
            g_e, g_i = exc / (p["e_rev_e"] - p["v_thresh"]), inh / (p["e_rev_i"] - p["v_thresh"])
            gamma = 1 + p["r_m"] * (g_e + g_i)
            driven = p["r_m"] * (g_e * p["e_rev_e"] + g_i * p["e_rev_i"] + p["i_bias"])
        v_end, free = (p["v_rest"] + driven) / gamma, now - self.last > self.held
        left = np.exp(-gamma * self.dt / p["tau_m"])
        self.v = np.where(free, v_end + (self.v - v_end) * left, self.v)
        self.charge += self.dt * (exc + inh)
        self.i *= math.exp(-self.dt / p["tau_syn"])
        self.i_apical *= math.exp(-self.dt / self.tau_apical)
        fired = np.flatnonzero(free & (self.v > p["v_thresh"]))
        self.last[fired] = now
        return fired

    def receive(self, w):
        """Take the spike of one presynaptic neuron (3)."""
        self.i += [w * (w > 0), w * (w < 0)] if self.p["model"] == "lif_cond" else [w, 0 * w]


class Network:
    """A model, with the sizes and scales that the training stimuli give it."""

    def __init__(self, model, x):
        self.model, self.dt, hidden = model, model["training"]["dt"], model["hidden"]
        output, feedback = model["output"], model["feedback"]
        self.names = [f"hidden_{k}" for k in range(len(hidden))] if hidden[1:] else ["hidden"]
        chain = ["input", *self.names, "output"]
        self.size = dict(zip(chain, [x.shape[1], *(layer["size"] for layer in hidden), 10]))
        self.fields = dict(zip(chain[1:], [*hidden, output]))
        self.paths = [(f"{pre}_to_{post}.w", pre, post) for pre, post in pairwise(chain)]
        self.per_trial = self.steps(model["training"]["trial"])
        reference = model["plasticity"]["reference_rate"] ** 2  # S (5)
        self.squares = {name: self.size[name] * reference for name in self.names}
        self.squares["input"] = model["input"]["rate_max"] ** 2 * np.mean(np.sum(x**2, axis=1))
        above = ["output"] * len(hidden) if feedback["kind"] == "direct" else chain[2:]  # (4)
        scales = (feedback["scale"] * (10 / self.size[of]) ** 0.5 for of in above)
        self.blamed = dict(zip(self.names, zip(above, scales)))
        self.blamed["output"] = "output", feedback["output_scale"]
        self.m = dict.fromkeys(above, 1) | {"output": feedback["neurons_per_output"]}
        late = (12e-3, output["teacher_latency"]), (20e-3, feedback["error_latency"])
        delays = sum(p["delay"] for p in self.fields.values())
        self.begin = [self.steps(t + delays if field == "auto" else field) for t, field in late]
        self.errors = {}  # in the order in which they deliver
        for of in self.m:
            name = f"_{of}" * (of != "output")
            self.errors |= {f"error_off{name}": (of, -1), f"error_on{name}": (of, 1)}

    def steps(self, time):
        """The nearest whole number of steps (1)."""
        return int(time / self.dt + 0.5)

    def stream(self, number, index=0):
        """Random numbers for one use (7)."""
        seed = self.model["training"]["seed"]
        return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number, index)))

    def beginning(self):
        """What a training begins with (7)."""
        state, weights, feedback = {}, self.stream(0), self.stream(1)
        for name, pre, post in self.paths:
            p = self.fields[post]
            sd = p["i_init"] / (p["tau_syn"] * np.sqrt(self.squares[pre]))
            state[name] = weights.normal(0, sd, (self.size[pre], self.size[post]))
        state["input.phase"] = weights.uniform(0, 1, self.size["input"])
        for name, (of, _) in self.errors.items():
            state[f"{name}.q"] = np.tile((np.arange(self.m[of]) + 0.5) / self.m[of], self.size[of])
        for post in self.names:
            shape = self.size[self.blamed[post][0]], self.size[post]
            state[f"feedback_to_{post}.b"] = feedback.uniform(-1, 1, shape)
        return state


def show(net, state, x, y, part_left=0.0):
    """Run trials (6), which change `state`; returns who fired by name and step, and answers."""
    dt, feedback, output = net.dt, net.model["feedback"], net.model["output"]
    layers = {n: Layer(net.size[n], p, feedback["tau"], dt) for n, p in net.fields.items()}
    teacher_begins, error_begins = net.begin
    etas, learning, trial = {}, net.model["plasticity"], net.model["training"]["trial"]
    for name, pre, post in net.paths:  # (5)
        eta = learning["eta_output" if post == "output" else "eta_hidden"] * part_left
        etas[name] = eta / (trial * net.fields[post]["tau_syn"] * net.squares[pre])
    charges = {name: state[f"{name}.q"] for name in net.errors}
    charges |= {"input": state["input.phase"], "teacher": np.zeros(10)}
    fired, answers = {name: [] for name in (*layers, *charges)}, []
    for now in range(len(x) * net.per_trial):
        trial, since = divmod(now, net.per_trial)
        if since == 0:
            trace, charges["teacher"][:] = np.zeros(10), 0.5
            for layer in layers.values():
                layer.rest()
            for name in net.errors:
                charges[name][charges[name] >= 1] = 0
        teaching = {name: layer.teaching() for name, layer in layers.items()}
        error = {of: c * (1 / feedback["scale"]) for of, c in teaching.items()}
        unit = 1 / (output["tau_trace"] * output["teacher_rate"])
        error["output"] = trace * unit * (since >= error_begins)
        teach = output["teacher_rate"] * (since >= teacher_begins)
        rise = {"input": dt * net.model["input"]["rate_max"] * x[trial]}
        rise |= {"teacher": dt * teach * (np.arange(10) == y[trial])}
        for name, (of, sign) in net.errors.items():
            known = np.clip(np.repeat(sign * error[of], net.m[of]), 0, 1e6)
            rise[name] = dt * feedback["error_rate"] * known
        trace *= math.exp(-dt / output["tau_trace"])  # integrate (1), and see who fires
        for name, charge in charges.items():
            charge += rise[name]
            fired[name].append(np.flatnonzero(charge >= 1))
        for name, layer in layers.items():
            fired[name].append(layer.step(now))
        delay = net.steps(feedback["delay"])  # deliver: (4)
        for post, (source, scale) in net.blamed.items() if since >= delay else ():
            b, m = state.get(f"feedback_to_{post}.b", np.eye(10)), net.m[source]
            a = scale / (feedback["error_rate"] * feedback["tau"] * m)
            for name, (of, sign) in net.errors.items():
                for n in fired[name][now - delay] if of == source else ():
                    layers[post].i_apical += sign * (a * b[n // m])
        for name, pre, post in net.paths:  # (3)
            w, delay = state[name], net.steps(net.fields[post]["delay"])
            for i in fired[pre][now - delay] if since >= delay else ():
                layers[post].receive(w[i])
                w[i] -= etas[name] * (teaching[post] + learning["weight_decay"] * w[i])
        trace[fired["output"][now]] += 1
        trace[fired["teacher"][now]] -= 1
        for name, charge in charges.items():  # reset
            charge[fired[name][now]] -= 1
            if name in net.errors:
                np.minimum(charge, 1, out=charge)
        for name, layer in layers.items():
            layer.v[fired[name][now]] = layer.p["v_reset"]
            layer.count[fired[name][now]] += 1
        if since == net.per_trial - 1:  # read out (8)
            most = layers["output"].count == layers["output"].count.max()
            answers.append(str(np.where(most, layers["output"].charge, -np.inf).argmax()))
    return fired, answers


def load_data(task):
    """Stimuli and classes of the training, and of the test in the order of recordings (8)."""
    x, y = load_digits(return_X_y=True)
    part, seed = task["test_fraction"], task["split_seed"]
    split = train_test_split(x / 16, y, test_size=part, stratify=y, random_state=seed)
    x, x_test, y, y_test = split
    place, place_test = ([np.sum(c[:k] == c[k]) for k in range(len(c))] for c in (y, y_test))
    few = np.sort(np.argsort(place / np.bincount(y)[y], kind="stable")[: task.get("limit")])
    order = np.lexsort((y_test, place_test))
    return x[few], y[few], x_test[order], y_test[order]


def differences(net, shown, path):
    """What is not as in a file of recorded spikes."""
    stored, (fired, answers) = np.load(path), shown
    for k, name in enumerate(stored["populations"]):
        of = stored["population"] == k
        theirs = {*zip(np.rint(stored["t"][of] / net.dt).astype(int), stored["i"][of])}
        mine = {(step, i) for step, who in enumerate(fired[name]) for i in who}
        for step, i in sorted(mine ^ theirs)[:1]:
            yield f"{path}: a spike of {name} {i}, trial {step // net.per_trial}, step {step}"
    if answers != [*stored["predictions"]]:
        yield f"{path}: answers"


def main(run):
    """Compute and compare; returns the exit status."""
    model = read_model(run / "model.toml")
    x, y, x_test, y_test = load_data(model["task"])
    net = Network(model, x)
    learning, tests = run / "recordings/learning/spikes.npz", run / "spikes.npz"
    n, n_tests = (len(np.load(path)["onsets"]) for path in (learning, tests))
    found = [*differences(net, show(net, net.beginning(), x[:n], y[:n], 1.0), learning)]
    epochs, final = model["training"]["epochs"], model["plasticity"]["eta_final"]
    state = net.beginning()
    for epoch in range(epochs):  # (8): one chunk each, of fewer than 5000 stimuli
        order = net.stream(2, epoch + 1).permutation(len(x))
        show(net, state, x[order], y[order], final ** (epoch / epochs))
    stored = np.load(run / "weights.npz")
    found += [f"{name} after training" for name in state if np.any(state[name] != stored[name])]
    found += differences(net, show(net, state, x_test[:n_tests], y_test[:n_tests]), tests)
    print(*found or ["every spike and weight equal"], sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
