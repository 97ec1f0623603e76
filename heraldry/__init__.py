"""Heraldry: employee advocacy without a server."""

__version__ = "0.1.0"
