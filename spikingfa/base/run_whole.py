"""Runs of Brian2's runtime that are whole or raise."""

import brian2


def run_whole(network: brian2.Network, duration: float, **options) -> None:
    """Run the network for so many seconds; options are those of `brian2.Network.run`.

    Raises
    ------
    KeyboardInterrupt
        Brian2 stopped before: with Ctrl-C it returns at the end of the step, as if all were done.
    """
    end = network.t_ + duration
    network.run(duration * brian2.second, namespace={}, **options)
    if network.t_ < end * (1 - 1e-12):
        raise KeyboardInterrupt
