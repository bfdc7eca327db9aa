"""Trials cut from a long session: the spikes from the start of each to its stop."""

import numpy as np


def in_trials(
    times: np.ndarray, units: np.ndarray, starts: np.ndarray, stops: np.ndarray
) -> dict[str, np.ndarray]:
    """Events of each trial; one that lies in two trials is one of both.

    Parameters
    ----------
    times, units : ndarray, shape (n_events,)
        Those of the session (s), in any order.
    starts, stops : ndarray, shape (n_trials,)
        Seconds; a trial is from its start on, and before its stop.

    Returns
    -------
    dict of ndarray
        ``times`` (s since the start), ``units`` and ``stimuli``, shape (n,) each.
    """
    order = np.argsort(times, kind="stable")
    times, units = times[order], units[order]
    firsts, lasts = np.searchsorted(times, starts), np.searchsorted(times, stops)
    counts = np.maximum(lasts - firsts, 0)
    which = np.concatenate([np.arange(a, b) for a, b in zip(firsts, lasts)] or [np.empty(0, int)])
    stimuli = np.repeat(np.arange(len(starts)), counts)
    return {"times": times[which] - starts[stimuli], "units": units[which], "stimuli": stimuli}
