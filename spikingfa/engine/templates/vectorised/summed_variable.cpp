{# All-to-all synapses: summed row by row, in the order of Brian2's own loop. #}
{# USES_VARIABLES { N, N_pre, N_post } #}
{% extends 'common_group.cpp' %}

{% block maincode %}
    {% set _target_var_array = get_array_name(_target_var) %}
    const size_t _N_pre = {{constant_or_scalar('N_pre', variables['N_pre'])}};
    const size_t _N_post = {{constant_or_scalar('N_post', variables['N_post'])}};
    for (size_t _j = 0; _j < _N_post; _j++)
        {{_target_var_array}}[_j + {{_target_start}}] = 0;

    // scalar code
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}

    // only of its parameters does gcc believe that arrays do not overlap
    {% set _arrays = restricted(pointers_lines) %}
    const auto _sum = [=]({{_arrays|map(attribute=0)|join(", ")}}) __attribute__((noinline))
    {
    for (size_t _i = 0; _i < _N_pre; _i++)
    {
        for (size_t _j = 0; _j < _N_post; _j++)
        {
            const size_t _idx = {{place(owner)}};
            const size_t _vectorisation_idx = _idx;
            {{by_row(vector_code)|autoindent}}
            {{_target_var_array}}[_j + {{_target_start}}] += _synaptic_var;
        }
    }
    };
    _sum({{_arrays|map(attribute=1)|join(", ")}});
{% endblock %}
