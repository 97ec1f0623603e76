"""Benchmarks: `heraldry build` beside other site generators. No part of the package; see README.md here."""
