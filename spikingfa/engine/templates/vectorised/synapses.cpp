{# All-to-all synapses: those of a spike lie side by side, or those of all spikes do, line by line. #}
{# USES_VARIABLES { _synaptic_pre, N_pre, N_post } #}
{% extends 'common_synapses.cpp' %}

{% block extra_headers %}
{{ super() }}
{% if differ %}
#include "delays.h"
{% endif %}
{% endblock %}

{% block maincode %}
    {% set _spikes = get_array_name(pathway.source.variables[pathway.eventspace_name], access_data=False) %}
    {% set _last = pathway.source.variables[pathway.eventspace_name].size - 1 %}
    const int32_t* _spikes = {{_spikes}};
    size_t _n_spikes = {{_spikes}}[{{_last}}];
    {% if differ %}
    // of each presynaptic neuron its postsynaptic ones, sorted by delay: those that d steps take begin at _begin[i][d]
    static std::vector<int32_t> _sorted;
    static std::vector<std::vector<size_t> > _begin;
    static const size_t _longest = sort_by_delay({{get_array_name(pathway.variables['delay'], access_data=False)}},
        {{pathway.clock.dt_}}, {{constant_or_scalar('N_pre', variables['N_pre'])}}, {{constant_or_scalar('N_post', variables['N_post'])}}, {{stride_of(owner)}}, _sorted, _begin);
    {% elif delayed %}
    static const size_t _longest = {{get_array_name(pathway.variables['delay'], access_data=False)}}[0] / {{pathway.clock.dt_}} + 0.5;
    {% endif %}
    {% if delayed %}
    // a ring of spike lists, one for each step of the delay and one for now
    static std::vector<std::vector<int32_t> > _waiting(_longest + 1);
    static size_t _now = 0;
    _waiting[_now].assign(_spikes, _spikes + _n_spikes);
    {% if not differ %}
    const size_t _due = (_now + 1) % (_longest + 1);
    _spikes = _waiting[_due].data();
    _n_spikes = _waiting[_due].size();
    {% endif %}
    {% endif %}
    // scalar code
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}

    const size_t _N_pre = {{constant_or_scalar('N_pre', variables['N_pre'])}};
    const size_t _N_post = {{constant_or_scalar('N_post', variables['N_post'])}};
    {% set _post = pathway.prepost == "post" %}
    // only of its parameters does gcc believe that arrays do not overlap
    {% set _arrays = restricted(pointers_lines) %}
    const auto _deliver = [=]({{_arrays|map(attribute=0)|join(", ")}}) __attribute__((noinline))
    {
    {% if differ %}
    {% set _code = one_by_one(scalar_code, vector_code, codeobj_name, "_j", "_i") %}
    for (size_t _late = _longest + 1; _late-- > 0;) // those that were fired first come first
    {
        const std::vector<int32_t>& _fired = _waiting[(_now + _longest + 1 - _late) % (_longest + 1)];
        for (size_t _spike = 0; _spike < _fired.size(); _spike++)
        {
            const size_t _i = _fired[_spike];
            const size_t _end = _begin[_i][_late + 1];
            const int32_t* _targets = _sorted.data();
            {{"#pragma GCC ivdep" if independent(_code)}}
            for (size_t _k = _begin[_i][_late]; _k < _end; _k++)
            {
                const size_t _j = _targets[_k];
                const size_t _idx = {{place(owner)}};
                const size_t _vectorisation_idx = _idx;
                {{by_row(_code)|autoindent}}
            }
        }
    }
    {% elif _post or by_column(owner) %}
    {% set _code = one_by_one(scalar_code, vector_code, codeobj_name, "_j", "_i") %}
    {% set _spiking, _other = ("_j", "_i") if _post else ("_i", "_j") %}
    {% set _loop_of_spikes %}
    for (size_t _spike = 0; _spike < _n_spikes; _spike++)
    {% endset %}
    {% set _loop_of_others %}
    for (size_t {{_other}} = 0; {{_other}} < _N_{{"pre" if _post else "post"}}; {{_other}}++)
    {% endset %}
    {% set _lies_along = _post == by_column(owner) %}
    {{_loop_of_spikes if _lies_along else _loop_of_others}}
    {
        {{"#pragma GCC ivdep" if apart(_code)}}
        {{_loop_of_others if _lies_along else _loop_of_spikes}}
        {
            const size_t {{_spiking}} = _spikes[_spike];
            const size_t _idx = {{place(owner)}};
            const size_t _vectorisation_idx = _idx;
            {{by_row(_code)|autoindent}}
        }
    }
    {% else %}
    size_t _spike = 0;
    {% set _independent = independent(buffered(scalar_code, vector_code)) %}
    {% for n_rows in (4, 1) if _independent or n_rows == 1 %}
    for (; _spike + {{n_rows}} <= _n_spikes; _spike += {{n_rows}})
    {
        {% for k in range(n_rows) %}
        const size_t _i_{{k}} = _spikes[_spike + {{k}}];
        {% endfor %}
        {% for k in range(n_rows) %}
        {{buffers(scalar_code, vector_code, codeobj_name, "_N_post", "_i_%d" % k, k)|autoindent}}
        {% endfor %}
        {{"#pragma GCC ivdep" if _independent}}
        for (size_t _j = 0; _j < _N_post; _j++)
        {
            {% for k in range(n_rows) %}
            {
                const size_t _i = _i_{{k}};
                const size_t _idx = {{place(owner)}};
                const size_t _vectorisation_idx = _idx;
                {{by_row(buffered(scalar_code, vector_code, "_j", k))|autoindent}}
            }
            {% endfor %}
        }
    }
    {% endfor %}
    {% endif %}
    };
    _deliver({{_arrays|map(attribute=1)|join(", ")}});
    {% if delayed %}
    _now = (_now + 1) % (_longest + 1);
    {% endif %}
{% endblock %}
