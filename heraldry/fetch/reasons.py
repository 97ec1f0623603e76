"""What went wrong on the way, in words for an editor and without a secret."""

from __future__ import annotations

import re
import ssl
import zlib

import httpcore2

FAULTS = (
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    httpcore2.UnsupportedProtocol,
    zlib.error,
    OSError,
    ValueError,
)
"""All that the way can raise, timeouts apart."""

_CERTIFICATE = {
    9: "it is not valid yet",
    10: "it has expired",
    20: "nobody we know has signed it",
    21: "nobody we know has signed it",
    62: "it belongs to another host",
    64: "it belongs to another host",
}
"""OpenSSL's numbers (X509_V_ERR_…)."""


def hung_up(error: Exception) -> bool:
    """Whether nobody was there, or the connection was torn down: what may be over in a moment."""
    return isinstance(_cause(error), ConnectionError)


def reason(error: Exception, proxied: bool) -> str:
    """What went wrong, without the address and the server's bytes: both may hold a token."""
    cause = _cause(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({_CERTIFICATE.get(cause.verify_code, cause.verify_message)})"
    if isinstance(cause, ssl.SSLError):
        return f"no secure connection ({(cause.reason or 'it broke off').lower().replace('_', ' ')})"
    if isinstance(cause, OSError):
        way = " through the proxy" if proxied else ""
        return f"the connection{way} failed ({(cause.strerror or type(cause).__name__).lower()})"
    if isinstance(error, httpcore2.ProxyError):
        return f"the proxy answered {str(error)[:3]}"
    if isinstance(error, httpcore2.ProtocolError):
        return _misspoken(_without_bytes(str(error)))
    if isinstance(error, zlib.error):
        return "the packed answer is damaged"
    return "its address cannot be used"


_MISSPOKEN = {
    "peer closed connection": "it broke off in the middle",
    "receive buffer too long": "the answer is no valid HTTP (its head does not end)",
    "server disconnected": "it closed the connection without an answer in HTTP",
}
"""What the HTTP library says, by how that begins, and what it means."""


def _misspoken(words: str) -> str:
    said = next((meant for start, meant in _MISSPOKEN.items() if words.lower().startswith(start)), "")
    return said or f"the answer is no valid HTTP ({words[:120].rstrip('.')})"


def _cause(error: Exception) -> Exception:
    return error.args[0] if error.args and isinstance(error.args[0], Exception) else error


def _without_bytes(words: str) -> str:
    """What the HTTP library complains of, without the bytes that it quotes."""
    return re.split(r""":? b(?:ytearray\(b)?['"]""", words)[0]
