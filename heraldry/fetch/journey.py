"""From hop to hop: one request after the other until there is a document or a reason why not."""

from __future__ import annotations

from dataclasses import dataclass

import httpcore2

from heraldry.fetch import body, head, places
from heraldry.fetch.exchange import Fetched, Request, Unchanged, Unfetched, Validators, echoable
from heraldry.fetch.guard import Allowance, Guard
from heraldry.fetch.head import Head
from heraldry.fetch.internet import Resolver
from heraldry.fetch.reasons import FAULTS, hung_up, reason
from heraldry.fetch.trust import trusting_nobody

AGENT = "Heraldry/0.1 (feed reader; employee advocacy)"
REDIRECTS = 5

_PERMANENT = (301, 308)
_FOLLOWED = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class _Hop:
    """An address on the way; `unbroken` while only permanent redirects have led there."""

    url: str
    moved: str | None = None
    unbroken: bool = True

    def onward(self, status: int, url: str) -> _Hop:
        unbroken = self.unbroken and status in _PERMANENT
        return _Hop(url, url if unbroken else self.moved, unbroken)


@dataclass(frozen=True, slots=True)
class _Journey:
    """One fetch: what was asked, as far as it may go to the origin that was asked."""

    request: Request
    start: str
    allowance: Allowance
    pool: httpcore2.ConnectionPool

    def ended(self) -> Fetched | Unchanged:
        """The document at the end of the redirects. Raises Unfetched."""
        hop = _Hop(self.start)
        for _ in range(REDIRECTS + 1):
            answer = self._reasoned(hop)
            if not isinstance(answer, _Hop):
                return answer
            hop = answer
        raise Unfetched(f"it redirects more than {REDIRECTS} times")

    def _reasoned(self, hop: _Hop) -> Fetched | Unchanged | _Hop:
        """What comes of one hop, and whatever is raised on it as Unfetched."""
        try:
            return self._tried(hop)
        except httpcore2.TimeoutException:
            raise Unfetched("it took too long", moved=self._moved(hop)) from None
        except FAULTS as error:
            raise Unfetched(reason(error, self.request.proxy is not None), moved=self._moved(hop)) from None
        except Unfetched as error:
            error.moved = self._moved(hop)
            raise

    def _tried(self, hop: _Hop) -> Fetched | Unchanged | _Hop:
        try:
            return self._asked(hop)
        except FAULTS as error:
            if not (hung_up(error) and self.allowance.again()):
                raise
        return self._asked(hop)

    def _asked(self, hop: _Hop) -> Fetched | Unchanged | _Hop:
        if not self.request.allow_private:
            places.at_web_port(hop.url)
        self.allowance.asking()
        with self.pool.stream("GET", hop.url, headers=self._headers(hop)) as response:
            self.allowance.reading()
            got = head.head_of(response.status, response.headers)
            if got.status in _FOLLOWED:
                return hop.onward(got.status, places.redirected(hop.url, got.text(b"location")))
            if got.status == 304 and self._validators(hop) != Validators():
                return self._unchanged(hop, got)
            if got.status != 200:
                raise head.refused(got, self._credential(hop) is not None)
            return self._fetched(hop, got, response)

    def _fetched(self, hop: _Hop, got: Head, response: httpcore2.Response) -> Fetched:
        most = self.request.max_bytes
        if int(got.first(b"content-length") or 0) > most:
            raise body.too_large(most)
        document = body.whole(response.iter_stream(), head.packing(got), most, self._large)
        given = head.validators(got) if self._at_home(hop) else Validators()
        return Fetched(hop.url, document, got.text(b"content-type"), given, self._moved(hop))

    def _large(self) -> None:
        if self.request.seat:
            self.allowance.pause(self.request.seat)

    def _unchanged(self, hop: _Hop, got: Head) -> Unchanged:
        """A 304 repeats the validators or leaves them out (RFC 9110, 15.4.5): what it leaves out stands."""
        old, new = self._validators(hop), head.validators(got)
        return Unchanged(Validators(new.etag or old.etag, new.modified or old.modified), self._moved(hop))

    def _moved(self, hop: _Hop) -> str | None:
        return hop.moved if hop.moved != self.start else None

    def _at_home(self, hop: _Hop) -> bool:
        return places.origin(hop.url) == places.origin(self.start)

    def _credential(self, hop: _Hop) -> str | None:
        return (self.request.authorization or None) if self._at_home(hop) else None

    def _validators(self, hop: _Hop) -> Validators:
        return echoable(self.request.validators) if self._at_home(hop) else Validators()

    def _headers(self, hop: _Hop) -> dict[bytes | str, bytes | str]:
        validators = self._validators(hop)
        said = {
            "Host": places.host_field(hop.url),
            "User-Agent": AGENT,
            "Accept": self.request.accept,
            "Accept-Encoding": "gzip",
            "Authorization": self._credential(hop) or "",
            "If-None-Match": validators.etag,
            "If-Modified-Since": validators.modified,
        }
        return {name: value.encode("latin-1") for name, value in said.items() if value}


def ended(request: Request, resolver: Resolver) -> Fetched | Unchanged:
    """What comes of a request. Raises Unfetched with the reason."""
    try:
        start = places.ascii_form(request.url)
    except ValueError:
        raise Unfetched("its address cannot be used") from None
    allowance = Allowance(request.seconds)
    guard = Guard(resolver, allowance, checked=not (request.allow_private or request.proxy))
    with _pool(request.proxy, guard) as pool:
        return _Journey(request, start, allowance, pool).ended()


def _pool(proxy: str | None, guard: Guard) -> httpcore2.ConnectionPool:
    """The way out: straight, or through the proxy that the source names, and never one that the environment names."""
    if proxy is None:
        return httpcore2.ConnectionPool(ssl_context=trusting_nobody(), network_backend=guard)
    secure = trusting_nobody() if proxy.lower().startswith("https:") else None
    return httpcore2.HTTPProxy(proxy, ssl_context=trusting_nobody(), proxy_ssl_context=secure, network_backend=guard)
