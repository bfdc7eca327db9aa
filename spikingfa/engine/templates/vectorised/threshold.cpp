{# Thresholds are compared in a loop of its own; the neurons that fire are picked out without branches. #}
{# USES_VARIABLES { N } #}
{% extends 'common_group.cpp' %}

{% block extra_headers %}
#include <cstring>
#ifdef __AVX512BW__
#include <immintrin.h>
#endif
{% endblock %}

{% block maincode %}
    {% set _eventspace = get_array_name(eventspace_variable) %}
    // scalar code
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}

    {{buffers(scalar_code, vector_code, codeobj_name, "N")|autoindent}}
    const size_t _padded = (N + 63)/64*64;
    alignas(64) static char _fires[_padded];
    for (size_t _idx = 0; _idx < N; _idx++)
    {
        const size_t _vectorisation_idx = _idx;
        {{buffered(scalar_code, vector_code)|autoindent}}
        _fires[_idx] = _cond;
    }

    static int32_t _firing[_padded + 16];
    int32_t _count = 0;
#ifdef __AVX512BW__
    const __m512i _lane = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    for (size_t _start = 0; _start < N; _start += 16)
    {
        const __m512i _indices = _mm512_add_epi32(_lane, _mm512_set1_epi32(_start));
        const __m512i _wide = _mm512_cvtepi8_epi32(_mm_load_si128((const __m128i*)(_fires + _start)));
        const __mmask16 _which = _mm512_test_epi32_mask(_wide, _wide);
        _mm512_storeu_si512(_firing + _count, _mm512_maskz_compress_epi32(_which, _indices));
        _count += __builtin_popcount(_which);
    }
#else
    for (size_t _idx = 0; _idx < N; _idx++)
    {
        _firing[_count] = _idx;
        _count += _fires[_idx];
    }
#endif
    std::memcpy({{_eventspace}}, _firing, _count*sizeof(int32_t));
    {{_eventspace}}[N] = _count;
    {% if _uses_refractory %}
    for (int32_t _event = 0; _event < _count; _event++)
    {
        const size_t _idx = _firing[_event];
        {{not_refractory}}[_idx] = false;
        {{lastspike}}[_idx] = {{t}};
    }
    {% endif %}
{% endblock %}

{% block after_code %}
    {% set _eventspace = get_array_name(eventspace_variable) %}
    {{_eventspace}}[N] = 0;
{% endblock %}
