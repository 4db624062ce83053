"""Answers on the wire: bodies and headers as Discord sends them."""

import hashlib
import json
import math
import time
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from pipeline.demo.discord.refusal import Refusal, no_access, not_found, unauthorized
from pipeline.demo.fault import Fault
from pipeline.demo.limiter import Allowance

_JSON: Final = "application/json"
_HTML: Final = "text/html; charset=UTF-8"
_VIA: Final = {"Via": "1.1 google"}
"""discord.py takes a 429 without it for a ban by the proxy in front, and does not try again."""
_OUTAGE: Final = b"upstream connect error or disconnect/reset before headers. reset reason: connection failure"
_PAGES: Final = {
    "html502": (502, b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>\r\n"),
    "html200": (200, b"<html>\r\n<head><title>Log in to the network</title></head>\r\n</html>\r\n"),
    "blocked": (429, b"<!DOCTYPE html>\n<html>\n<head><title>Access denied | error 1015</title></head>\n</html>\n"),
}
_REFUSALS: Final = {"401": unauthorized, "403": no_access, "404": not_found}


def of_json(answer: Any, headers: Mapping[str, str], *, status: int = 200) -> web.Response:
    """An answer in JSON, without a charset: discord.py reads only exactly `application/json` as such."""
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    return web.Response(status=status, body=body, headers={**_VIA, **headers, "Content-Type": _JSON})


def of_nothing(headers: Mapping[str, str]) -> web.Response:
    """Done, and nothing to say."""
    return web.Response(status=204, headers={**_VIA, **headers})


def of_refusal(refusal: Refusal, headers: Mapping[str, str]) -> web.Response:
    """The answer to a request that is refused."""
    return of_json(refusal.body, headers, status=refusal.status)


def of_limit(wait_s: float, headers: Mapping[str, str]) -> web.Response:
    """The answer to a request too many."""
    told = {"message": "You are being rate limited.", "retry_after": round(max(wait_s, 0.001), 3), "global": False}
    waits = {"Retry-After": str(math.ceil(wait_s)), "X-RateLimit-Scope": "user"}
    return of_json(told, {**headers, **waits}, status=429)


def of_fault(fault: Fault) -> web.Response:
    """The answer of a spoiled request."""
    if fault.kind in _REFUSALS:
        return of_refusal(_REFUSALS[fault.kind](), {})
    if fault.kind == "429":
        return of_limit(fault.retry_after, {})
    if fault.kind == "500":
        return of_json({"message": "500: Internal Server Error", "code": 0}, {}, status=500)
    if fault.kind == "503":
        return web.Response(status=503, body=_OUTAGE, headers={**_VIA, "Content-Type": "text/plain"})
    if fault.kind == "empty200":
        return web.Response(status=200, headers={**_VIA, "Content-Type": _JSON})
    status, page = _PAGES[fault.kind]
    return web.Response(status=status, body=page, headers={"Content-Type": _HTML})


def limits(allowance: Allowance, bucket: str) -> dict[str, str]:
    """The headers that say what is left of a bucket; waits in seconds, the end of the window in seconds since 1970."""
    return {
        "X-RateLimit-Limit": str(allowance.limit),
        "X-RateLimit-Remaining": str(allowance.remaining),
        "X-RateLimit-Reset": f"{time.time() + allowance.wait_s:.3f}",
        "X-RateLimit-Reset-After": f"{max(allowance.wait_s, 0.001):.3f}",
        "X-RateLimit-Bucket": hashlib.sha1(bucket.encode(), usedforsecurity=False).hexdigest()[:32],
    }
