"""No feed leads to a private host: every form of address, name, redirect and changing answer, and no connection.

Here this machine plays the whole network: whatever address a connection is made to, it ends at a server that
stands for the inside, but for one public address at which a feed of the open internet stands. So each row
would reach the inside if the guard let it, and with `allow_private` it does.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpcore2
import pytest
from servers import Server, answer, moved, says, scripted, target

from heraldry.fetch import Fetched, Request, Resolver, Unfetched, addresses, fetch, fetch_if_changed, public

OUTSIDE = "93.184.216.34"
INSIDE = b"<secrets/>"

LITERALS = [
    "127.0.0.1", "127.8.9.10", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0x7f.0x0.0x0.0x1",
    "017700000001", "0177.0.0.1", "0177.0.0.01", "127.0.0.0x1", "0", "0.0.0.0", "0x0", "00", "0.1.2.3",
    "10.0.0.1", "10.1", "0xa000001", "167772161", "172.16.0.1", "172.31.255.255", "192.168.1.1", "192.168.257", "3232235777",
    "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "100.64.0.1", "100.100.100.200",
    "168.63.129.16", "192.0.0.8", "192.0.0.192", "192.88.99.1", "198.18.0.1", "198.19.255.254", "224.0.0.1", "240.0.0.1",
    "255.255.255.255",
    "127。0。0。1", "\uff11\uff12\uff17.\uff10.\uff10.\uff11", "①②⑦.⓪.⓪.①", "127.0.0.1%2e",
    "user@127.0.0.1", "user:word@127.0.0.1", "1.1.1.1@127.0.0.1", "1.1.1.1:80@127.0.0.1",
    "[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::127.0.0.1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:a9fe:a9fe]",
    "[0:0:0:0:0:ffff:10.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::1]", "[2002:a9fe:a9fe::]", "[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "[fe80::1]", "[fec0::1]", "[fc00::1]",
    "[fd00:ec2::254]", "[ff02::1]", "[2001:db8::1]", "[3fff::1]", "[5f00::1]", "[100::1]",
    "localhost", "LOCALHOST",
]  # fmt: skip
"""Hosts as they can be written; what they stand for is asked of the system's resolver."""

UNUSABLE = {"127.0.0.1%2e"}
"""Written so that nobody can use them: refused with `allow_private` too."""

ANSWERS = {
    "private": ["10.0.0.1"],
    "two private ones": ["10.0.0.1", "192.168.1.1"],
    "public, then private": [OUTSIDE, "127.0.0.1"],
    "private, then public": ["127.0.0.1", OUTSIDE],
    "private behind five public ones": [*[OUTSIDE] * 5, "169.254.169.254"],
    "public, and private by IPv6": [OUTSIDE, "::1"],
    "public by IPv6, and private": ["2606:4700:4700::1111", "127.0.0.1"],
    "wrapped": ["::ffff:169.254.169.254"],
    "wrapped for NAT64": ["64:ff9b::a9fe:a9fe"],
    "wrapped in 6to4": ["2002:a9fe:a9fe::1"],
    "with a zone": ["fe80::1%eth0"],
    "the zeros": ["0.0.0.0"],
    "for everybody": ["255.255.255.255"],
}
"""What a name server that means ill may answer."""


@dataclass
class Network:
    """What has been connected to, in order, and the two servers."""

    inside: Server
    outside: Server
    to: list[str] = field(default_factory=list)

    def inner(self) -> list[str]:
        return [address for address in self.to if address != OUTSIDE]


Front = Callable[[socket.socket, bytes], None]


@contextmanager
def network(front: Front) -> Iterator[Network]:
    """This machine as the network: `front` speaks for the one public address."""
    with scripted(says(answer(INSIDE))) as inside, scripted(front) as outside:
        net = Network(inside, outside)
        connect = httpcore2.SyncBackend.connect_tcp

        def routed(self: httpcore2.SyncBackend, host: str, port: int, *args: Any) -> httpcore2.NetworkStream:
            net.to.append(host)
            return connect(self, "127.0.0.1", (outside if host == OUTSIDE else inside).port, *args)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(httpcore2.SyncBackend, "connect_tcp", routed)
            yield net


def front_door(location: str) -> Front:
    """A feed that redirects to `location`, written in UTF-8."""
    head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    return says(head.encode())


def resolving(**names: list[str]) -> Resolver:
    """Names below .example by their first part; all else is asked of the system."""

    def resolver(host: str, port: int) -> list[str]:
        name = host.removesuffix(".example")
        return names[name] if name in names else addresses(host, port)

    return resolver


def refusal(net: Network, url: str, resolver: Resolver = addresses) -> str:
    """Why nothing was fetched, and that nothing of the inside was touched."""
    with pytest.raises(Unfetched) as caught:
        fetch_if_changed(Request(url, seconds=5), resolver)
    assert net.inner() == []
    assert net.inside.seen == []
    return str(caught.value)


def reached(net: Network, url: str, resolver: Resolver = addresses) -> bool:
    """Whether the inside is reached by those who may."""
    found = fetch(Request(url, seconds=5, allow_private=True), resolver)
    assert isinstance(found, Fetched)
    assert net.to[-1] != OUTSIDE
    return found.body == INSIDE and len(net.inside.seen) == 1


def test_the_table_is_long_enough() -> None:
    assert len(set(LITERALS)) == len(LITERALS)
    assert len(LITERALS) + len(ANSWERS) >= 45


def test_the_one_public_address_is_let_through() -> None:
    assert public(OUTSIDE)
    with network(says(answer(b"<feed/>"))) as net:
        assert fetch(Request("http://news.example/"), resolving(news=[OUTSIDE])).body == b"<feed/>"
        assert (net.to, len(net.outside.seen)) == ([OUTSIDE], 1)


# Written out ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", LITERALS)
def test_a_private_host_is_not_connected_to_however_it_is_written(host: str) -> None:
    with network(says(answer(b""))) as net:
        said = refusal(net, f"http://{host}:8080/feed")
        assert said.endswith("leads to a private address; allow_private: true would permit it") or host in UNUSABLE


@pytest.mark.parametrize("host", [host for host in LITERALS if host not in UNUSABLE])
def test_each_of_them_would_be_reached(host: str) -> None:
    with network(says(answer(b""))) as net:
        assert reached(net, f"http://{host}:8080/feed")


@pytest.mark.parametrize("host", LITERALS)
def test_no_redirect_leads_to_a_private_host_however_it_is_written(host: str) -> None:
    with network(front_door(f"http://{host}:8080/feed")) as net:
        refusal(net, "http://news.example/", resolving(news=[OUTSIDE]))
        assert net.to == [OUTSIDE]


@pytest.mark.parametrize("host", [host for host in LITERALS if host not in UNUSABLE])
def test_each_redirect_would_lead_there(host: str) -> None:
    with network(front_door(f"http://{host}:8080/feed")) as net:
        assert reached(net, "http://news.example/", resolving(news=[OUTSIDE]))


@pytest.mark.parametrize("port", [22, 25, 6667])
def test_no_redirect_leads_to_a_port_that_is_none_of_the_webs(port: int) -> None:
    with network(front_door(f"http://news.example:{port}/")) as net:
        said = refusal(net, "http://news.example/", resolving(news=[OUTSIDE]))
        assert said == f"port {port} is none of the web's; allow_private: true would permit it"
        assert net.to == [OUTSIDE]


# By name --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("found", ANSWERS.values(), ids=ANSWERS)
def test_a_name_with_one_private_address_among_its_answers_is_refused(found: list[str]) -> None:
    with network(says(answer(b""))) as net:
        said = refusal(net, "http://news.example/feed", resolving(news=found))
        assert said == "'news.example' leads to a private address; allow_private: true would permit it"
        assert net.to == []


@pytest.mark.parametrize("found", ANSWERS.values(), ids=ANSWERS)
def test_no_redirect_leads_to_such_a_name(found: list[str]) -> None:
    with network(front_door("http://inside.example/feed")) as net:
        refusal(net, "http://news.example/", resolving(news=[OUTSIDE], inside=found))
        assert net.to == [OUTSIDE]


@pytest.mark.parametrize("found", ANSWERS.values(), ids=ANSWERS)
def test_each_such_name_would_lead_inside(found: list[str]) -> None:
    inner = [address for address in found if address != OUTSIDE]
    with network(front_door("http://inside.example/feed")) as net:
        assert reached(net, "http://news.example/", resolving(news=[OUTSIDE], inside=inner))


@pytest.mark.parametrize(
    "name", ["news.localhost", "metadata.google.internal", "127.0.0.1.nip.io", "intranet", "printer.local"]
)
def test_a_name_that_sounds_private_is_judged_by_its_address(name: str) -> None:
    with network(says(answer(b""))) as net:
        refusal(net, f"http://{name}/", lambda host, port: ["10.0.0.1"])
        assert reached(net, f"http://{name}/", lambda host, port: ["10.0.0.1"])


# Answers that change --------------------------------------------------------------------------------


def changing(*answers: list[str]) -> Resolver:
    """A name whose answer is another at every asking, and stays what it was last."""
    left = list(answers)
    return lambda host, port: left.pop(0) if len(left) > 1 else left[0]


def turning(connection: socket.socket, head: bytes) -> None:
    """A feed that sends everybody to another page of its own host."""
    (moved(lambda path: "/inner") if target(head) == "/" else says(answer(b"<feed/>")))(connection, head)


@pytest.mark.parametrize("found", ANSWERS.values(), ids=ANSWERS)
def test_a_name_that_turns_private_between_two_requests_is_refused_at_the_second(found: list[str]) -> None:
    with network(turning) as net:
        said = refusal(net, "http://news.example/", changing([OUTSIDE], found))
        assert said.startswith("'news.example' leads to a private address")
        assert net.to == [OUTSIDE]


def test_the_change_would_lead_inside() -> None:
    with network(turning) as net:
        assert reached(net, "http://news.example/", changing([OUTSIDE], ["127.0.0.1"]))


def test_a_name_that_stays_public_is_followed() -> None:
    with network(turning) as net:
        assert fetch(Request("http://news.example/"), changing([OUTSIDE])).body == b"<feed/>"
        assert net.to == [OUTSIDE, OUTSIDE]


def test_the_address_that_was_looked_at_is_the_one_connected_to() -> None:
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return [OUTSIDE] if len(asked) == 1 else ["127.0.0.1"]

    with network(says(answer(b"<feed/>"))) as net:
        assert fetch(Request("http://news.example/"), resolver).body == b"<feed/>"
        assert (asked, net.to) == (["news.example"], [OUTSIDE])


def test_a_second_try_looks_again() -> None:
    """The first try is torn down on purpose, so that the second one resolves the name anew."""

    def tears_down(connection: socket.socket, head: bytes) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()

    with network(tears_down) as net:
        refusal(net, "http://news.example/", changing([OUTSIDE], ["127.0.0.1"]))
        assert net.to == [OUTSIDE]


def test_a_failed_connection_to_a_public_address_does_not_lead_to_a_private_one() -> None:
    with network(says(answer(b""))) as net:
        refusal(net, "http://news.example/", lambda host, port: ["203.0.114.7", "127.0.0.1"])
        assert net.to == []


# Without a network that is played -------------------------------------------------------------------


@contextmanager
def listener() -> Iterator[tuple[int, Callable[[], int]]]:
    """A port of this machine, and how many have connected to it."""
    with scripted(says(answer(INSIDE))) as server:
        yield server.port, lambda: len(server.seen)


LOOPBACK = ["127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "0", "0.0.0.0",
            "127。0。0。1", "user@127.0.0.1", "1.1.1.1@127.0.0.1", "[::ffff:127.0.0.1]", "localhost"]  # fmt: skip


@pytest.mark.parametrize("host", LOOPBACK)
def test_a_real_listener_on_this_machine_is_reached_only_by_those_who_may(host: str) -> None:
    with listener() as (port, count):
        with pytest.raises(Unfetched, match="leads to a private address"):
            fetch(Request(f"http://{host}:{port}/", seconds=5))
        assert count() == 0
        assert fetch(Request(f"http://{host}:{port}/", seconds=5, allow_private=True)).body == INSIDE
        assert count() == 1
