"""The build step: `python build.py` is `heraldry build`."""

from heraldry.cli.build import build

if __name__ == "__main__":
    build()
