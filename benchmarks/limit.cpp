// One network of spikingfa by hand, as fast as plain C++ gets: what a code generator may aim at.
//
//     limit FOLDER group.variable=value ...
//
// Input, one hidden layer, output, spiking error neurons (one of each sign per output), learning
// on. Equations and symbols are those of neurons.py, coding.py, feedback.py and plasticity.py in
// spikingfa, the order of a step is its own: onset, teaching, states, thresholds, synapses,
// resets. Sizes are compiled in (-D); values and arrays are passed (limit_io.h).
//
// What makes it fast: one vector of 16 neurons at a time and no branch in it; spikes gathered by
// compressing a mask; a step's rows taken block by block, so that the current and the change of a
// block stay in registers while its weights stream past; no work for dark pixels, for silent error
// neurons, or for learning while there is no error to learn from.

#include <cmath>
#include <cstring>
#ifdef __AVX512F__
#include <immintrin.h>
#endif

#include "limit_io.h"

typedef int32_t Mask __attribute__((vector_size(4 * LANES), may_alias));  // or whole numbers
constexpr Mask LANE = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

constexpr int divisor(int n, int most) { return n % most ? divisor(n, most - 1) : most; }

// The neurons that fired in a step, in order; room for a whole vector more than there are.
template <int N>
struct Spikes {
    int n = 0;
    int32_t index[N + 2 * LANES];
    long total = 0;
};

// Write down those of `indices` that fired and return how many they are.
static inline int compress(Mask fired, Mask indices, int32_t* to) {
#ifdef __AVX512F__
    const __mmask16 bits = _mm512_test_epi32_mask((__m512i)fired, (__m512i)fired);
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(bits, (__m512i)indices));
    return __builtin_popcount(bits);
#else
    int n = 0;
    for (int k = 0; k < LANES; k++) to[n] = indices[k], n += fired[k] & 1;
    return n;
#endif
}

// dv/dt = (v_rest - v + r_m*(i_syn + i_bias)) / tau_m,  di_syn/dt = -i_syn / tau_syn,
// di_apical/dt = -i_apical / tau_apical, exponential Euler: exact while i_syn is held for a step.
struct LIFValues {
    float v_rest, v_reset, v_thresh, i_bias, r_m, keep_v, keep_i, keep_apical, eta, keep_w;
    int refractory;
};

template <int N>
struct LIF : LIFValues {
    static constexpr int V = vectors(N);
    Vec v[V], i_syn[V] = {}, i_apical[V] = {}, change[V] = {};
    Mask wait[V] = {};  // steps of the refractory period that are left
    Spikes<N> spikes;
    bool apical = false, learns = false;  // is there any apical current; do the weights change

    LIF(const std::string& me, const std::string& in) {
        auto mine = [&](const char* name) { return value((me + "." + name).c_str()); };
        const float dt = value("dt");
        v_rest = mine("v_rest"), v_reset = mine("v_reset"), v_thresh = mine("v_thresh");
        i_bias = mine("i_bias"), r_m = mine("r_m");
        keep_v = expf(-dt / mine("tau_m")), keep_i = expf(-dt / mine("tau_syn"));
        keep_apical = expf(-dt / mine("tau_apical")), refractory = lroundf(mine("tau_refrac") / dt);
        eta = value((in + ".eta").c_str());
        keep_w = 1 - eta * value((in + ".weight_decay").c_str());
        for (Vec& x : v) x = Vec{} + v_rest;
    }
    // dw = -eta*(teaching + weight_decay*w), teaching = sensitivity*i_apical; sensitivity is a
    // boxcar of drive = r_m*(i_syn + i_bias) / (v_thresh - v_rest), here of i_syn itself
    void teach(float low, float high) {
        learns = apical || keep_w != 1;
        if (!learns) return;
        for (int k = 0; k < V; k++) {
            const Mask sensitive = (i_syn[k] > low) & (i_syn[k] < high);
            change[k] = sensitive ? eta * i_apical[k] : Vec{};
        }
    }
    void onset() {
        for (int k = 0; k < V; k++) v[k] = Vec{} + v_rest, wait[k] = Mask{};
        memset(i_syn, 0, sizeof i_syn), memset(i_apical, 0, sizeof i_apical);
        apical = false;
    }
    // states and thresholds; nothing looks at v before the resets, so they are done here as well
    void step() {
        const LIFValues p = *this;  // a copy that no store can change
        int n = 0;
        for (int k = 0; k < V; k++) {
            const Vec v_inf = p.v_rest + p.r_m * (i_syn[k] + p.i_bias);
            const Mask left = wait[k] - 1, free = left <= 0;
            const Vec next = free ? v_inf + p.keep_v * (v[k] - v_inf) : v[k];
            const Mask fired = (next > p.v_thresh) & free;
            v[k] = fired ? Vec{} + p.v_reset : next;
            wait[k] = fired ? Mask{} + p.refractory : left;
            i_syn[k] *= p.keep_i, i_apical[k] *= p.keep_apical;
            n += compress(fired, LANE + LANES * k, spikes.index + n);
        }
        while (n && spikes.index[n - 1] >= N) n--;  // padding
        spikes.n = n, spikes.total += n;
    }
};

// Each spike: i_syn_post += w, then w -= eta*(teaching_post + weight_decay*w).
template <bool LEARN, int N, int M>
void deliver(const Spikes<M>& spikes, Rows& w, LIF<N>& post) {
    constexpr int BLOCK = divisor(LIF<N>::V, 16);
    for (int first = 0; first < LIF<N>::V; first += BLOCK) {
        Vec i_syn[BLOCK], change[BLOCK];  // in registers: no memcpy, which takes an address
        for (int k = 0; k < BLOCK; k++) {
            i_syn[k] = post.i_syn[first + k];
            change[k] = post.change[first + k];
        }
        for (int s = 0; s < spikes.n; s++) {
            Vec* row = w[spikes.index[s]] + first;
            for (int k = 0; k < BLOCK; k++) {
                i_syn[k] += row[k];
                if (LEARN) row[k] = post.keep_w * row[k] - change[k];
            }
        }
        for (int k = 0; k < BLOCK; k++) post.i_syn[first + k] = i_syn[k];
    }
}

template <int N, int M>
void deliver(const Spikes<M>& spikes, Rows& w, LIF<N>& post) {
    post.learns ? deliver<true>(spikes, w, post) : deliver<false>(spikes, w, post);
}

// dphase/dt = rate_max*intensity; a spike at phase >= 1, then phase -= 1. Only of lit pixels.
struct Input {
    static constexpr int V = vectors(N_INPUT);
    int lit = 0;
    alignas(64) int32_t pixel[LANES * V];
    alignas(64) float phase[LANES * V], rate_dt[LANES * V];
    Spikes<N_INPUT> spikes;

    void onset(const float* intensity, const float* phases, float rate_max_dt) {
        lit = 0;
        for (int i = 0; i < N_INPUT; i++) {
            pixel[lit] = i, phase[lit] = phases[i], rate_dt[lit] = rate_max_dt * intensity[i];
            lit += intensity[i] > 0;
        }
        for (int k = lit; k < LANES * vectors(lit); k++) phase[k] = rate_dt[k] = 0;
    }
    void keep(float* phases) {
        for (int k = 0; k < lit; k++) phases[pixel[k]] = phase[k];
    }
    void step() {
        int n = 0;
        for (int k = 0; k < LANES * vectors(lit); k += LANES) {
            Vec& x = (Vec&)phase[k];
            x += (Vec&)rate_dt[k];
            const Mask fired = x >= 1.0f;
            x -= fired ? Vec{} + 1.0f : Vec{};
            n += compress(fired, (Mask&)pixel[k], spikes.index + n);
        }
        spikes.n = n, spikes.total += n;
    }
};

// dtrace/dt = -trace/tau_trace, +1 at an output spike, -1 at a teacher spike;
// error = trace/(tau_trace*teacher_rate); dq/dt = error_rate*clip(+-error, 0), a spike at q >= 1.
struct Errors {
    Vec trace = {}, q_on = {}, q_off = {};
    Spikes<N_OUTPUT> on, off;
    float keep = expf(-value("dt") / value("error_on.tau_trace"));
    float gain = value("dt") * value("error_on.error_rate")
                 / (value("error_on.tau_trace") * value("error_on.teacher_rate"));

    // spikes under way, and those that are due, are of the trial before
    void onset() {
        trace = Vec{}, on.n = off.n = 0;
        q_on = q_on < 1 ? q_on : Vec{}, q_off = q_off < 1 ? q_off : Vec{};
    }
    void step(bool counts) {
        on.n = off.n = 0;
        if (counts) {
            q_on += trace > 0 ? gain * trace : Vec{};
            q_off -= trace < 0 ? gain * trace : Vec{};
            fire(q_on, on), fire(q_off, off);
        }
        trace *= keep;
    }
    void fire(Vec& q, Spikes<N_OUTPUT>& spikes) {
        const Mask fired = q >= 1.0f;
        spikes.n = compress(fired, LANE, spikes.index);
        spikes.total += spikes.n;
        const Vec rest = q - 1.0f;
        q = fired ? (rest < 1.0f ? rest : Vec{} + 1.0f) : q;
    }
};

struct Network {
    Input input;
    LIF<N_HIDDEN> hidden{"hidden", "input_to_hidden"};
    LIF<N_OUTPUT> output{"output", "hidden_to_output"};
    Errors errors;
    Rows w_hidden{"input_to_hidden.w", N_INPUT, N_HIDDEN};
    Rows w_output{"hidden_to_output.w", N_HIDDEN, N_OUTPUT};
    Rows b{"error_on_to_hidden.b", N_OUTPUT, N_HIDDEN};
    Rows phase{"input.phase", 1, N_INPUT};
    Rows q_on{"error_on.q", 1, N_OUTPUT}, q_off{"error_off.q", 1, N_OUTPUT};
    Vec charge = {};
    Mask count = {};
    float teacher_phase = 0;

    const float dt = value("dt"), rate_max_dt = value("input.rate_max") * dt;
    const float teacher_rate_dt = value("teacher.teacher_rate") * dt;
    const int teacher_latency = lroundf(value("teacher.teacher_latency") / dt);
    const int error_latency = lroundf(value("error_on.error_latency") / dt);
    // drive = 1 at rheobase, so the window of drive is one of i_syn
    const float rheobase = (hidden.v_thresh - hidden.v_rest) / hidden.r_m;
    const float i_min = value("hidden.sensitivity_min") * rheobase - hidden.i_bias;
    const float i_max = value("hidden.sensitivity_max") * rheobase - hidden.i_bias;
    // one error spike brings scale/(error_rate*tau_apical)
    const float to_hidden = value("error_on_to_hidden.scale")
                            / (value("error_on.error_rate") * value("hidden.tau_apical"));
    const float to_output = value("error_on_to_output.scale")
                            / (value("error_on.error_rate") * value("output.tau_apical"));

    Network() { errors.q_on = *q_on[0], errors.q_off = *q_off[0]; }

    void trial(const float* intensity, int target, int steps) {
        for (int t = 0; t < steps; t++) {
            if (t == 0) onset(intensity);
            hidden.teach(i_min, i_max), output.teach(-INFINITY, INFINITY);
            charge += dt * output.i_syn[0];
            input.step(), hidden.step(), output.step();
            feed_back(errors.on, 1), feed_back(errors.off, -1);  // of the last step: the delay
            errors.step(t >= error_latency);
            deliver(hidden.spikes, w_output, output);
            deliver(input.spikes, w_hidden, hidden);
            compare(target, t >= teacher_latency);
        }
        input.keep((float*)phase[0]);
    }
    void onset(const float* intensity) {
        hidden.onset(), output.onset();
        input.onset(intensity, (float*)phase[0], rate_max_dt);
        errors.onset(), charge = Vec{}, count = Mask{}, teacher_phase = 0.5f;
    }
    void feed_back(const Spikes<N_OUTPUT>& spikes, float sign) {
        for (int s = 0; s < spikes.n; s++) {
            const int i = spikes.index[s];
            for (int k = 0; k < hidden.V; k++) hidden.i_apical[k] += sign * to_hidden * b[i][k];
            output.i_apical[0][i] += sign * to_output;
            hidden.apical = output.apical = true;
        }
    }
    void compare(int target, bool teaches) {
        for (int s = 0; s < output.spikes.n; s++)
            count[output.spikes.index[s]] += 1, errors.trace[output.spikes.index[s]] += 1;
        if (teaches) teacher_phase += teacher_rate_dt;
        if (teacher_phase >= 1) teacher_phase -= 1, errors.trace[target] -= 1;
    }
};

int main(int n, char** list) {
    static_assert(N_OUTPUT <= LANES, "the output is one vector");
    n_arguments = n, arguments = list;
    const auto stimuli = read_all<float>("stimuli");
    const auto trials = read_all<int32_t>("trials");  // pairs of stimulus and class
    auto& network = *new Network;
    const int steps = lroundf(value("input.trial_duration") / value("dt"));
    FILE *counts = open_file("count.out", "wb"), *charges = open_file("charge.out", "wb");
    for (size_t k = 0; k < trials.size(); k += 2) {
        network.trial(&stimuli[size_t(N_INPUT) * trials[k]], trials[k + 1], steps);
        fwrite(&network.count, 4, N_OUTPUT, counts), fwrite(&network.charge, 4, N_OUTPUT, charges);
    }
    if (fclose(counts) || fclose(charges)) exit(1);
    network.w_hidden.write("input_to_hidden.w.out");
    network.w_output.write("hidden_to_output.w.out");
    printf("input %ld hidden %ld output %ld error_on %ld error_off %ld\n",
           network.input.spikes.total, network.hidden.spikes.total, network.output.spikes.total,
           network.errors.on.total, network.errors.off.total);
}
