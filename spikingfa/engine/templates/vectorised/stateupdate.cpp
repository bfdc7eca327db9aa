{# Brian2's loop over neurons, in a function of its own. #}
{# USES_VARIABLES { N } #}
{# ALLOWS_SCALAR_WRITE #}
{% extends 'common_group.cpp' %}

{% block maincode %}
    // scalar code
    const size_t _vectorisation_idx = -1;
    {{once(scalar_code, variables)|autoindent}}

    const size_t _N = {{constant_or_scalar('N', variables['N'])}};
    {{buffers(scalar_code, vector_code, codeobj_name, "_N")|autoindent}}
    // only of its parameters does gcc believe that arrays do not overlap
    {% set _arrays = restricted(pointers_lines) %}
    const auto _update = [=]({{_arrays|map(attribute=0)|join(", ")}}) __attribute__((noinline))
    {
        for (size_t _idx = 0; _idx < _N; _idx++)
        {
            const size_t _vectorisation_idx = _idx;
            {{buffered(scalar_code, vector_code)|autoindent}}
        }
    };
    _update({{_arrays|map(attribute=1)|join(", ")}});
{% endblock %}
