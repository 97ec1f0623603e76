"""Whom we believe to be who they say: the system's roots, loaded once."""

from __future__ import annotations

import os
import ssl
from functools import cache

import httpcore2


def trusted() -> ssl.SSLContext:
    """The context of every secure connection: the system's roots, or those that SSL_CERT_FILE or SSL_CERT_DIR name.

    Loading them takes 25 ms, so it happens once, at the first https address.
    """
    return _loaded(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _loaded(file: str | None, folder: str | None) -> ssl.SSLContext:
    context = httpcore2.default_ssl_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


@cache
def trusting_nobody() -> ssl.SSLContext:
    """What the connection pool is given, which writes its protocols into its context at every connection.

    In a context that other threads are using that would not be safe; so the guard puts the shared one in
    its place. Were it ever used, every certificate would be refused.
    """
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
