{# Variables of a group appended to files, see traces.h. #}
{# USES_VARIABLES { N } #}
{% extends 'common_group.cpp' %}

{% block extra_headers %}
#include "traces.h"
{% endblock %}

{% block maincode %}
    static Traces _traces("{{owner.name}}", { {%- for name in names %}"{{name}}", {% endfor -%} }, {{n}}, {{stride}});
    const auto& _due = _traces.due();
    if (_due.empty())
        return;
    // scalar code
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}

    for (size_t _position = 0; _position < _due.size(); _position++)
    {
        const size_t _idx = _due[_position];
        const size_t _vectorisation_idx = _idx;
        {{vector_code|autoindent}}
        {% for name in names %}
        _traces.put({{loop.index0}}, _position, _traced_{{name}});
        {% endfor %}
    }
    _traces.write_rows();
{% endblock %}
