"""How Prefect is told to keep to itself; must be called before it is imported anywhere."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

SERVED: Final = "schedule"
DATABASE: Final = "prefect.db"
KEEP_RUNS_DAYS: Final = 60
MOST_BYTES: Final = 50_000_000
"""What a night's own Prefect may hold; it takes some 0.2 MB a night."""

KEEP_EVENTS_DAYS: Final = 7


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


def speak_to(api: str, password: str) -> None:
    """Have this process, and what it starts, ask the server at *api*."""
    os.environ |= {"PREFECT_API_URL": api, "PREFECT_API_AUTH_STRING": password}


def start_afresh(output: Path, *, is_damaged: bool = False) -> None:
    """Let a Prefect that has grown large or is damaged begin with an empty database: what is done stands in ours, and nobody reads its own.

    A file that another program has open stays; the next night tries again.
    """
    file = output / "prefect" / DATABASE
    if is_damaged or (file.exists() and file.stat().st_size > MOST_BYTES):
        with suppress(OSError):
            for end in ("", "-wal", "-shm"):
                file.with_name(file.name + end).unlink(missing_ok=True)


def keep_server_to(output: Path) -> None:
    """As `keep_to`, for a server that lives for years: in a folder of its own, and forgetting what is old.

    Its pages are left out, and no page of another may speak to it. Its nights write to *output*, whatever `.env` says later.
    """
    keep_to(output)
    home = output / "prefect" / SERVED
    home.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "OUTPUT_DIR": str(output),
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_DATABASE_TIMEOUT": "60",  # a busy machine lets its services wait for each other
        "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS": "10",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(KEEP_RUNS_DAYS * 86_400),
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": f"P{KEEP_EVENTS_DAYS}D",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": "http://127.0.0.1",
    }


def served_folder() -> Path:
    """The output folder of the scheduler that started this process."""
    return Path(os.environ["OUTPUT_DIR"])


def spare_loopback() -> None:
    """Keep what this machine says to itself away from any proxy."""
    for name in ("NO_PROXY", "no_proxy"):
        kept = [host for host in os.environ.get(name, "").split(",") if host]
        os.environ[name] = ",".join(dict.fromkeys([*kept, "127.0.0.1", "localhost"]))
