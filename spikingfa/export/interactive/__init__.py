"""The raster of recorded spikes on a page of HTML, by itself or in a report.

=====================  ==========================================================
``raster``             the page with the raster alone, in a file or a notebook
``raster_data``        recorded spikes, packed for the page
``html``               pages that load nothing, from templates
``theme``              colours on light and on dark ground
``spikes.js``          recorded spikes, unpacked
``raster_drawing.js``  bands, trials and time, on a canvas
``raster.js``          wheel, pointer, keys and buttons: zoom, scroll, ask
``theme.js``           the theme, light or dark
``frame.js``           as high a frame in a notebook as the page needs
=====================  ==========================================================
"""

from spikingfa.export.interactive.raster import InteractiveRaster, interactive_raster, write_raster

__all__ = ["InteractiveRaster", "interactive_raster", "write_raster"]
