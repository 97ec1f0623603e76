"""What every test shares: markers, and how hard the property tests try."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("default", deadline=None)
settings.register_profile("soak", deadline=None, max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_configure(config: pytest.Config) -> None:
    """The markers that CONTRIBUTING.md names."""
    config.addinivalue_line("markers", "browser: needs Chromium")
    config.addinivalue_line("markers", "soak: takes more than half a minute; run by `make soak`")
