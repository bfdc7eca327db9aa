"""A network as a Brian2 script of its own: every equation and every number written out.

==================  ==========================================================
`trials`            which stimuli are shown, and what the network begins with
`text`              populations and projections as lines of Python
`values`            quantities as Python writes them, with units
`render`            the whole, by the template ``network.py.jinja``
==================  ==========================================================
"""
