"""A network as a Brian2 script of its own: every equation and every number written out.

==================  ==========================================================
`trials`            which stimuli are shown, and what the network begins with
`texts`             what it says of itself, and of each part
`equations`         equations without what only the engine needs
`parts`             populations and projections as lines of Python
`shown`             the arrays that it reads
`values`            quantities as Python writes them, with units
`render`            the whole, by the template ``network.py.jinja``
==================  ==========================================================
"""
