"""`python -m heraldry` is `heraldry`."""

from heraldry.cli import main

main()
