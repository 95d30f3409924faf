"""The command line `nguon`: a file per verb, heavy libraries imported inside the commands that need them."""

import sys

from ledger.errors import LedgerError
from nguon.cli.app import app
from nguon.cli.output import fail

EXIT_FAILED = 2
_FOREIGN = {"pydantic_core": "settings", "sqlalchemy": "store.unavailable"}  # what a person can mend


def main() -> None:
    """Run the command line; an error is one line on standard error, with its code, and exit status 2."""
    try:
        app()
    except LedgerError as error:
        fail(error.message, error.code, error.pointer)
        sys.exit(EXIT_FAILED)
    except OSError as error:
        fail(str(error), "io")
        sys.exit(EXIT_FAILED)
    except Exception as error:
        code = _FOREIGN.get(type(error).__module__.partition(".")[0])
        if code is None:
            raise
        fail(str(error), code)
        sys.exit(EXIT_FAILED)
    except KeyboardInterrupt:
        sys.exit(130)
