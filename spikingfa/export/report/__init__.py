"""A run on one HTML page: numbers, curves, spikes, weights, parameters, equations.

The page needs no other file and no network, and can be sent to someone. Curves are drawn by
`spikingfa.plots`, as SVG within the page. The raster, which is zoomed and scrolled, is drawn on
a canvas by scripts of our own: a hundred thousand spikes are too many for SVG, and the libraries
that would do (plotly.js, 4.5 MB; Bokeh, 1 MB) would be most of every page, while the small ones
(uPlot) draw lines, not rows of spikes.

=====================  ==========================================================
``page``               the page from its parts
``contents``           what of a run folder can be read, and what is missing
``summary``            the run in a few facts, its weights, its parameters
``drawing``            learning curve, angle and rates, as SVG in the colours of the page
``raster_data``        recorded spikes, packed for the page
``spikes.js``          the same, unpacked
``raster_drawing.js``  bands, trials and time, on a canvas
``raster.js``          wheel, pointer, keys and buttons: zoom, scroll, ask
``page.js``            the theme, and the button that copies
=====================  ==========================================================
"""

from spikingfa.export.report.page import report

__all__ = ["report"]
