"""Options by which errors get through many layers; each is local to a neuron or to its layer."""

from typing import ClassVar


class HopGain:
    """e_l = hop_gain sqrt(3 / n_(l+1)) sensitivity_l (B e_(l+1)), for n_(l+1) hidden neurons above.

    B has a root mean square of 1 / sqrt(3), so that with a gain of 1 the error keeps its size where
    all neurons are sensitive. By default a hop is scaled as from the output: sqrt(outputs / 3).
    """

    kind: ClassVar = "feedback.hop_gain"
    reference: ClassVar = "as weights are scaled: Glorot & Bengio 2010, AISTATS 9:249"


class Opponents:
    """dq/dt = error_rate e; at q >= 1 the on neuron fires and q -= 1, at q <= -1 the off neuron.

    The pair of a hidden neuron shares one signed charge, as each takes from its own at a spike of
    the other. By default each integrates errors of its own sign, and noise makes both fire.
    """

    kind: ClassVar = "feedback.opponent"
    reference: ClassVar = (
        "on and off cells that inhibit each other: Schiller 1992, Trends Neurosci 15:86; signed"
        " spikes: O'Connor & Welling 2016, arXiv:1602.08323"
    )


class Relay:
    """tau_relay di_relay/dt = -i_relay + errors; e = sensitivity i_relay / scale is passed on.

    The current that teaches a neuron goes through `tau`; a layer that passes on what went through
    it would add as much to the delay with each hop.
    """

    kind: ClassVar = "feedback.tau_relay"
    reference: ClassVar = "fast and slow synaptic currents: Hestrin et al. 1990, J Physiol 422:203"


class ErrorSize:
    """e = error_rms s i_apical / size, size**2 = <(s i_apical)**2> of the layer, s its sensitivity.

    What teaches the layer is teaching_rms s i_apical output_error / size: one size in all layers,
    which falls as the output's error does. Means are over the neurons of a layer and, with
    `tau_rms`, over time. A pool neuron of each layer holds them, as an interneuron could, and acts
    on its layer; that of the output acts on all. They do not change in tests.
    """

    kind: ClassVar = "feedback.error_rms, plasticity.teaching_rms"
    reference: ClassVar = "divisive normalisation: Carandini & Heeger 2012, Nat Rev Neurosci 13:51"


class KeptNorm:
    """B_j = B_j / (sqrt(3) rms(B_j)), for all B onto neuron j, after every 500 trials.

    Of B that learn (`kolen_pollack`, `weight_mirror`): their directions do, and not their size.
    """

    kind: ClassVar = "feedback.keep_norm"
    reference: ClassVar = "synaptic scaling: Turrigiano 2008, Cell 135:422"


class Intrinsic:
    """tau_homeostasis di_j/dt = -intrinsic (mean_rate_j / target_rate - 1), i_j added to the bias.

    `intrinsic` is a current (amp). It holds the rates of hidden neurons as homeostasis does, and
    leaves their synapses alone. It does not change in tests.
    """

    kind: ClassVar = "plasticity.intrinsic"
    reference: ClassVar = "Desai, Rutherford & Turrigiano 1999, Nat Neurosci 2:515"


class OneToOne:
    """w_ij = i_init / (tau_syn reference_rate) for i = j, 0 otherwise, before learning.

    A hidden layer that begins as a copy of the one before loses nothing of what that knows.
    """

    kind: ClassVar = "hidden.initial"
    reference: ClassVar = "identity: Le, Jaitly & Hinton 2015, arXiv:1504.00941"


#: Options of deep networks, by the fields of a model file that switch them on.
DEPTH = {
    part.kind: part
    for part in (HopGain, Opponents, Relay, ErrorSize, KeptNorm, Intrinsic, OneToOne)
}
