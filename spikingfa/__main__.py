"""``python -m spikingfa``."""

import sys

from spikingfa.cli.main import main

sys.exit(main())
