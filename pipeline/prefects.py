"""How Prefect is told to keep to itself; must be called before it is imported anywhere."""

import os
from pathlib import Path


def keep_to(output: Path) -> None:
    """Let Prefect live in *output*, start its server patiently, and call nobody.

    What goes wrong is told by our own log. Without the two switches it looks up a telemetry host; three overlapping runs failed on the default start-up time.
    """
    os.environ |= {
        "PREFECT_HOME": str(output / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "PREFECT_CLI_PROMPT": "false",
    }
