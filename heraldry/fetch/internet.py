"""Which IP addresses and ports are of the open internet, and which addresses a name has."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable

Resolver = Callable[[str, int], list[str]]

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST = ipaddress.IPv6Network("2000::/3")
_CLOSED = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",
            "168.63.129.16/32",
            "192.0.0.0/24",
            "192.88.99.0/24",
            "198.18.0.0/15",
            "240.0.0.0/4",
            "2001::/23",
            "2002::/16",
            "3fff::/20",
        ),
    )
)
"""Not of the open internet whatever Python's release says: IANA's special-purpose registries, 6to4, Teredo,
and the address at which Azure, where GitHub's runners live, answers its own machines."""

_UNSAFE_PORTS = frozenset(
    (1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, *range(6665, 6670), 6679, 6697, 10080)
)
"""Of other protocols than HTTP: the Fetch standard's "bad ports" from 1024 on."""


def addresses(host: str, port: int) -> list[str]:
    """The IP addresses of `host`, by the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


def public(address: str) -> bool:
    """Whether an IP address is one of the open internet; what NAT64 or v4-mapping wraps is looked at itself."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped or ip in _NAT64:
            return public(str(ip.ipv4_mapped or ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip not in _UNICAST:
            return False
    closed = any(ip in network for network in _CLOSED if network.version == ip.version)
    return ip.is_global and not ip.is_multicast and not closed


def web_port(port: int) -> bool:
    """Whether web servers of the open internet stand at a port; mail, shells and their like never do."""
    return port in (80, 443) or (port >= 1024 and port not in _UNSAFE_PORTS)
