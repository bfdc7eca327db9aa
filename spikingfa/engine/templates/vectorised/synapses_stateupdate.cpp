{# All-to-all synapses: statements carried out for every synapse, row by row, in the order of Brian2's own loop. #}
{# USES_VARIABLES { N_pre, N_post } #}
{# ALLOWS_SCALAR_WRITE #}
{% extends 'common_group.cpp' %}

{% block maincode %}
    // scalar code
    const size_t _vectorisation_idx = -1;
    {{once(scalar_code, variables)|autoindent}}

    const size_t _N_pre = {{constant_or_scalar('N_pre', variables['N_pre'])}};
    const size_t _N_post = {{constant_or_scalar('N_post', variables['N_post'])}};
    // only of its parameters does gcc believe that arrays do not overlap
    {% set _arrays = restricted(pointers_lines) %}
    const auto _update = [=]({{_arrays|map(attribute=0)|join(", ")}}) __attribute__((noinline))
    {
    for (size_t _i = 0; _i < _N_pre; _i++)
    {
        {{buffers(scalar_code, vector_code, codeobj_name, "_N_post", "_i")|autoindent}}
        {{"#pragma GCC ivdep" if independent(buffered(scalar_code, vector_code))}}
        for (size_t _j = 0; _j < _N_post; _j++)
        {
            const size_t _idx = {{place(owner)}};
            const size_t _vectorisation_idx = _idx;
            {{by_row(buffered(scalar_code, vector_code, "_j"))|autoindent}}
        }
    }
    };
    _update({{_arrays|map(attribute=1)|join(", ")}});
{% endblock %}
