"""The two ways to ask."""

from __future__ import annotations

from dataclasses import replace

from heraldry.fetch.exchange import Fetched, Request, Unchanged, Unfetched, Validators
from heraldry.fetch.internet import Resolver, addresses


def fetch(request: Request, resolver: Resolver = addresses) -> Fetched:
    """The document at an address, after at most five redirects; its validators are not sent.

    Raises Unfetched with the reason.
    """
    found = fetch_if_changed(replace(request, validators=Validators()), resolver)
    if isinstance(found, Unchanged):
        raise Unfetched("the server answered 304")
    return found


def fetch_if_changed(request: Request, resolver: Resolver = addresses) -> Fetched | Unchanged:
    """The document at an address, or that it is what it was when the request's validators were given.

    Raises Unfetched with the reason.
    """
    # The HTTP library takes 70 ms to load, which an offline build does without.
    from heraldry.fetch.journey import ended

    return ended(request, resolver)
