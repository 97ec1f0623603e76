"""Take the README's pictures from the example site: `make screenshots` (needs Chromium)."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
SHOTS = [
    ("everyone/", "everyone-phone-light", 390, 844, "light"),
    ("seoul-sales/", "seoul-phone-dark", 390, 844, "dark"),
    ("satis-turkiye/", "satis-phone-light", 390, 844, "light"),
    ("", "index-desktop-light", 1280, 760, "light"),
    ("engineering-berlin/", "berlin-desktop-dark", 1280, 760, "dark"),
]


SHOWN = """Promise.all([...document.images].filter(image => image.getBoundingClientRect().top < innerHeight)
  .map(image => image.decode()))"""
"""Pictures load when they come into view: wait for those that are."""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None: ...


def main() -> None:
    """One PNG for each row of the table, into docs/images/."""
    handler = functools.partial(_Quiet, directory=str(ROOT / "site"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (ROOT / "docs/images").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"]
        )
        for path, name, width, height, scheme in SHOTS:
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
            page.goto(f"http://127.0.0.1:{server.server_port}/{path}")
            page.evaluate(SHOWN)
            page.screenshot(path=str(ROOT / f"docs/images/{name}.png"))
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
