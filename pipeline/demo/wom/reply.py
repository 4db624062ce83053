"""Answers on the wire: bodies as Express sends them, and the headers that go with each."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from aiohttp import web

from pipeline.demo.fault import Fault

TOO_MANY: Final = "Too Many Requests. Please check https://docs.wiseoldman.net/#rate-limits--api-keys."
BAD_KEY: Final = "Invalid API Key. Please check https://docs.wiseoldman.net/#rate-limits--api-keys"

_BLOCKED: Final = "You are blocked from making API requests."
_EXPRESS: Final = {"X-Powered-By": "Express"}
_OPEN: Final = {**_EXPRESS, "Access-Control-Allow-Origin": "*"}
_JSON: Final = "application/json; charset=utf-8"
_BAD_REQUEST: Final = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n'
    "<pre>Bad Request</pre>\n</body>\n</html>\n"
)
_PROXY_PAGE: Final = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    "</body>\r\n</html>\r\n"
)
_FAILURES: Final = {
    "500": ("UNEXPECTED_ERROR", "Something went wrong. Please try again later."),
    "503": ("HISCORES_SERVICE_UNAVAILABLE", "Jagex Hiscores Service is unavailable"),
}


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, whole."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def unless_known(self, tag: str | None) -> "Reply":
        """304 without a body for a client that has this answer already under *tag*."""
        if tag is None or tag != self.headers.get("ETag"):
            return self
        return replace(self, status=304, body=b"", headers={**self.headers, "Content-Type": ""})

    def response(self) -> web.Response:
        """The answer as aiohttp sends it."""
        told = {name: text for name, text in self.headers.items() if text}
        return web.Response(status=self.status, body=self.body or None, headers=told)


def encoded(answer: Any) -> bytes:
    """*answer* as JavaScript's JSON.stringify writes it."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def etag(body: bytes) -> str:
    """The weak tag that Express makes of a body."""
    digest = base64.b64encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
    return f'W/"{len(body):x}-{digest[:27]}"'


def of_json(body: bytes, headers: Mapping[str, str], *, status: int = 200) -> Reply:
    """An answer in JSON."""
    return Reply(status, body, {**_OPEN, **headers, "Content-Type": _JSON, "ETag": etag(body)})


def of_csv(body: bytes, headers: Mapping[str, str]) -> Reply:
    """The members as CSV, which WOM sends without a type or a tag."""
    return Reply(200, body, {**_OPEN, **headers})


def of_message(status: int, message: str, headers: Mapping[str, str]) -> Reply:
    """A refusal from before the routes: a message and no code."""
    return of_json(encoded({"message": message}), headers, status=status)


def of_malformed() -> Reply:
    """What Express itself says to a body that is not JSON."""
    headers = {
        **_EXPRESS,
        "Content-Security-Policy": "default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Content-Type": "text/html; charset=utf-8",
    }
    return Reply(400, _BAD_REQUEST.encode(), headers)


def of_fault(fault: Fault) -> Reply:
    """The answer of a spoiled request."""
    if fault.kind == "429":
        wait = str(fault.retry_after)
        told = {"RateLimit-Limit": "100", "RateLimit-Remaining": "0", "RateLimit-Reset": wait, "Retry-After": wait}
        return of_message(429, TOO_MANY, told)
    if fault.kind == "blocked":
        return of_message(429, _BLOCKED, {})
    if fault.kind in ("html502", "html200"):
        return Reply(502 if fault.kind == "html502" else 200, _PROXY_PAGE.encode(), {"Content-Type": "text/html"})
    if fault.kind == "empty200":
        return Reply(200, b"", {**_OPEN, "Content-Type": _JSON})
    code, message = _FAILURES[fault.kind]
    return of_json(encoded({"code": code, "message": message}), {}, status=int(fault.kind))
