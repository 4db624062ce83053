"""What a browser test holds in its hands: a site on disk, and a person who reads it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Error, Page, Request


@dataclass(frozen=True)
class Site:
    """Both pages of an invented night."""

    page: Path
    single: Path


Sites = Callable[..., Site]
"""Makes the site of a clan of so many members."""


@dataclass
class Reader:
    """A person at a browser. Whatever the console says, and whatever goes to a network, is kept as a complaint."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", self._error)
        self.page.on("request", self._network)

    def leave(self) -> None:
        """Hear nothing more."""
        self.page.remove_listener("console", self._console)
        self.page.remove_listener("pageerror", self._error)
        self.page.remove_listener("request", self._network)

    def _console(self, message: ConsoleMessage) -> None:
        self.complaints.append(f"console: {message.text}")

    def _error(self, error: Error) -> None:
        self.complaints.append(f"error: {error}")

    def _network(self, request: Request) -> None:
        if not request.url.startswith(("file:", "data:")):
            self.complaints.append(f"network: {request.url}")

    def open(self, file: Path, place: str = "") -> Page:
        """Open *file* at `#place` and wait until it is drawn."""
        self.page.goto(f"{file.as_uri()}{place and '#' + place}")
        self.page.wait_for_function("performance.getEntriesByName('clan:drawn').length === 1")
        return self.page

    def go(self, place: str) -> Page:
        """Follow a link to `#place` without loading the page again."""
        self.page.evaluate("place => { location.hash = place }", place)
        self.page.wait_for_function(
            "place => document.querySelector('.page:not([hidden]) h1') && location.hash === place", arg=f"#{place}"
        )
        return self.page
