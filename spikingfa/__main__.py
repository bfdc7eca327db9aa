"""``python -m spikingfa``."""

import sys

from spikingfa.cli import main

sys.exit(main())
