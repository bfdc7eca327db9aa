{# Thresholds are compared in one vectorised pass; the few neurons that fire are picked out after it. #}
{# USES_VARIABLES { N } #}
{% extends 'common_group.cpp' %}

{% block maincode %}
    {% set _eventspace = get_array_name(eventspace_variable) %}
    // scalar code
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}

    // one byte a neuron, then one bit: whole words of silent neurons are passed over
    alignas(64) static char _fires[(N + 63)/64*64];
    for (size_t _idx = 0; _idx < N; _idx++)
    {
        const size_t _vectorisation_idx = _idx;
        {{vector_code|autoindent}}
        _fires[_idx] = _cond;
    }

    int32_t _count = 0;
    for (size_t _start = 0; _start < N; _start += 64)
    {
        uint64_t _firing = 0;
        for (size_t _byte = 0; _byte < 64; _byte += 8)
        {
            uint64_t _eight;
            std::memcpy(&_eight, _fires + _start + _byte, 8);
            _firing |= (_eight*0x0102040810204080 >> 56) << _byte;
        }
        for (; _firing; _firing &= _firing - 1)
        {
            const size_t _idx = _start + __builtin_ctzll(_firing);
            {{_eventspace}}[_count++] = _idx;
            {% if _uses_refractory %}
            {{not_refractory}}[_idx] = false;
            {{lastspike}}[_idx] = {{t}};
            {% endif %}
        }
    }
    {{_eventspace}}[N] = _count;
{% endblock %}

{% block after_code %}
    {% set _eventspace = get_array_name(eventspace_variable) %}
    {{_eventspace}}[N] = 0;
{% endblock %}
