"""Numbers in SI units, written with the prefix that makes them readable."""

import numpy as np
from matplotlib.ticker import EngFormatter

PREFIXES = {k: p.replace("μ", "µ") for k, p in EngFormatter.ENG_PREFIXES.items() if -15 <= k <= 9}


def readable(values: np.ndarray, unit: str) -> tuple[float, str]:
    """A factor and the unit that goes with it: 1e12 and ``"pA"`` for currents of some pA.

    Parameters
    ----------
    values : ndarray
        In the unit; what is not finite does not count.
    unit : str
        Symbol of an SI unit. Without one, or of one that is made up of others, such as ``"V/s"``,
        numbers stay as they are.
    """
    largest = np.nanmax(np.abs(values), initial=0.0, where=np.isfinite(values))
    if not unit.isalpha() or not largest:
        return 1.0, unit
    power = 3 * int(np.floor(np.log10(largest * (1 + 1e-9)) / 3))
    power = min(max(power, min(PREFIXES)), max(PREFIXES))
    return 10.0**-power, PREFIXES[power] + unit
