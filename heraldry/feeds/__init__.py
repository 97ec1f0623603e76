"""Feeds in, posts out: parse, clean, archive."""
