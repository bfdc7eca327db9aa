{# The spikes are read where they are delivered: see synapses.cpp. #}
{% extends 'common_group.cpp' %}
