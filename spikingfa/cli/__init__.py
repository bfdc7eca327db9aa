"""The commands of ``spikingfa``, by files: their arguments, and what they do.

What a command needs of the package is imported when it is carried out, so that help is quick.
"""
