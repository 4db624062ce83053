"""How Prefect is told to keep to itself; must be called before it is imported anywhere."""

import os
from pathlib import Path


def keep_to(output: Path) -> None:
    """Let Prefect live in *output*, start its server patiently, and call nobody.

    What goes wrong is told by our own log. Without the two switches it looks up a telemetry host; three overlapping runs
    failed on the default start-up time.
    """
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        del os.environ[name]  # a server or a profile of the user's own is not for our nights
    spare_loopback()
    os.environ |= {
        "PREFECT_HOME": str(output / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "PREFECT_CLI_PROMPT": "false",
    }


def spare_loopback() -> None:
    """Keep what this machine says to itself away from any proxy."""
    for name in ("NO_PROXY", "no_proxy"):
        kept = [host for host in os.environ.get(name, "").split(",") if host]
        os.environ[name] = ",".join(dict.fromkeys([*kept, "127.0.0.1", "localhost"]))
