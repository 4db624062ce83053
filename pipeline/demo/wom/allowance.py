"""How WOM tells a client what is left to it."""

import math

from pipeline.demo.limiter import Allowance


def headers(allowance: Allowance) -> dict[str, str]:
    """The headers that go with every counted answer; times in whole seconds."""
    reset = str(max(1, math.ceil(allowance.wait_s)))
    told = {
        "RateLimit-Limit": str(allowance.limit),
        "RateLimit-Remaining": str(allowance.remaining),
        "RateLimit-Reset": reset,
    }
    return told if allowance.allowed else told | {"Retry-After": reset}
