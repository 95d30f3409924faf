"""`python -m nguon` is the command `nguon`."""

from nguon.cli import main

main()
