"""A run on one HTML page: numbers, curves, spikes, weights, parameters, equations.

The page needs no other file and no network, and can be sent to someone. Curves are drawn by
`spikingfa.plots`, as SVG within the page; the raster is that of `spikingfa.export.interactive`.

============  ==========================================================
``page``      the page from its parts
``contents``  what of a run folder can be read, and what is missing
``summary``   the run in a few facts, its weights, its parameters
``drawing``   learning curve, angle and rates, as SVG in the colours of the page
``copy.js``   the button that copies the model file
============  ==========================================================
"""

from spikingfa.export.report.page import report

__all__ = ["report"]
