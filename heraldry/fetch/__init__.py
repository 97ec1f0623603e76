"""The only room that opens outbound connections.

Every address is resolved once, checked, and connected to as checked, also after redirects, so that no
feed can lead a build to a private host. One deadline covers a whole fetch, and no credential leaves the
origin that it is meant for.
"""

from __future__ import annotations

from heraldry.fetch.client import fetch, fetch_if_changed
from heraldry.fetch.exchange import Fault, Fetched, Request, Unchanged, Unfetched, Validators, authorization
from heraldry.fetch.internet import Resolver, addresses, public
from heraldry.fetch.places import ascii_form

__all__ = [
    "Fault",
    "Fetched",
    "Request",
    "Resolver",
    "Unchanged",
    "Unfetched",
    "Validators",
    "addresses",
    "ascii_form",
    "authorization",
    "fetch",
    "fetch_if_changed",
    "public",
]
