"""The commands of ``spikingfa``, one in each file: its arguments, and what it does.

What a command needs of the package is imported when it is carried out, so that help is quick.
"""
