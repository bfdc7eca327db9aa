{# All-to-all synapses lie by rows or columns, so no index is stored. #}
{# USES_VARIABLES { _synaptic_pre, N_incoming, N_outgoing, N, N_pre, N_post } #}
{# WRITES_TO_READ_ONLY_VARIABLES { N_incoming, N_outgoing, N } #}
{% extends 'common_synapses.cpp' %}

{% block maincode %}
    const size_t _N_pre = {{constant_or_scalar('N_pre', variables['N_pre'])}};
    const size_t _N_post = {{constant_or_scalar('N_post', variables['N_post'])}};
    {{_dynamic_N_incoming}}.assign(_N_post, _N_pre);
    {{_dynamic_N_outgoing}}.assign(_N_pre, _N_post);
    {% for variable in owner._registered_variables | rejectattr("name", "in", ["_synaptic_pre", "_synaptic_post"]) %}
    {{get_array_name(variable, access_data=False)}}.resize({{n}});
    {% endfor %}
    {{N}} = {{n}};
{% endblock %}
