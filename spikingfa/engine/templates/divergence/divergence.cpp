{# At the end of each trial: are these variables still numbers? The first that is none is told. #}
{# USES_VARIABLES { N } #}
{% extends 'common_group.cpp' %}

{% block extra_headers %}
#include <limits>
{% endblock %}

{% block maincode %}
    static int _n_trials = -1;  // that are over; it is called at each onset, too
    static bool _told = false;
    if (++_n_trials == 0 || _told)
        return;
    // scalar code
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}

    {% for name in names %}
    int _lost_{{name}} = 0;
    {% endfor %}
    for (size_t _idx = 0; _idx < N; _idx++)
    {
        const size_t _vectorisation_idx = _idx;
        {{vector_code|autoindent}}
        {% for name in names %}
        _lost_{{name}} |= !(std::abs(_seen_{{name}}) <= std::numeric_limits<decltype(_seen_{{name}})>::max());
        {% endfor %}
    }
    {% for name in names %}
    if (_lost_{{name}} && !_told)
    {
        std::cout << "diverged {{owner.name}}.{{name}} " << _n_trials - 1 << std::endl;
        _told = true;
    }
    {% endfor %}
{% endblock %}
