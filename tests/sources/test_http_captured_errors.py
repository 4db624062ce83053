"""Every refusal that was captured from Wise Old Man, served again and judged."""

import json
import os
from pathlib import Path

import pytest
from sources_kit import Clock, Scripted, reply, session

from pipeline.errors import Denied, Retriable, SourceError
from pipeline.sources.answers import Forbidden, Rejected

REPOSITORY = Path(__file__).parents[2]
ERRORS = (REPOSITORY / os.environ.get("CLANSTATS_CAPTURES", "../shared")).resolve() / "wom-captures" / "errors"
EXPECTED: dict[str, type[SourceError]] = {
    "403-invalid-api-key": Denied,
    "403-player-archived": Forbidden,
    "403-player-opted-out": Forbidden,
    "403-update-all-wrong-code": Forbidden,
    "429-blocked-ip": Denied,
    "429-player-updated-too-recently": Retriable,
    "429-rate-limited-no-key": Retriable,
    "429-rate-limited-with-key": Retriable,
    "500-database": Retriable,
    "503-hiscores-unavailable": Retriable,
}
FRAMING = {"connection", "keep-alive", "content-length"}

pytestmark = pytest.mark.skipif(
    not ERRORS.is_dir(), reason=f"there are no captured refusals of Wise Old Man in {ERRORS}; set CLANSTATS_CAPTURES"
)


@pytest.mark.parametrize("name", sorted(path.stem for path in ERRORS.glob("[345]*.json")))
def test_a_captured_refusal_is_understood(name: str) -> None:
    case = json.loads((ERRORS / f"{name}.json").read_text())
    headers = {key: value for key, value in case["headers"].items() if key.lower() not in FRAMING}
    raw = case["raw_body"].encode() if case.get("raw_body") is not None else json.dumps(case["body"]).encode()
    clock = Clock()
    with Scripted([reply(raw=raw, status=case["status"], headers=headers)]) as server:
        calm = session(server.url, clock)
        with pytest.raises(SourceError) as caught:
            calm.get("/x")
    assert type(caught.value) is EXPECTED.get(name, Rejected)
    assert calm.requests == (5 if EXPECTED.get(name) is Retriable else 1)
    assert (case["body"] or {}).get("message", "") in str(caught.value)
    if "Retry-After" in headers:
        assert min(clock.slept) >= float(headers["Retry-After"])
