"""`python -m cleaner` is the command `cleaner`."""

import sys

from .cli import main

sys.exit(main())
