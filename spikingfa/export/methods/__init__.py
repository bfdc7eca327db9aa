"""The methods section of an article, from a model or a run.

===============  ==============================================================
``page``         the section from its parts
``prose``        its sentences
``tables``       tables after Nordlie, Gewaltig & Plesser 2009, and equations
``mathematics``  Brian2's equations and statements as TeX
``described``    the model, its parameters and its network written out
===============  ==============================================================
"""

from spikingfa.export.methods.page import methods_section

__all__ = ["methods_section"]
