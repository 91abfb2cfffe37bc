"""``python -m coursekit``: the command, where the folder of scripts is not on the path (inside a notebook, for one)."""

import sys

from coursekit.cli import main

sys.exit(main())
