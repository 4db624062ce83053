"""`python -m flows.serving`: what serves the nights, as a child of the scheduler, which ends with it.

Prefect lives each night in one more process, which multiprocessing makes of this module under another name; that one ends with this
one, from its first line on. Stages end with their night: so nothing outlives the scheduler, however it ends.
"""

import multiprocessing
import os
import sys
import threading
import time
from datetime import datetime

from pipeline.children import end_with_parent


def main(cron: str, zone: str, day_s: str, since: str) -> None:
    """Serve nights until the scheduler is gone."""
    end_with_parent()
    from flows.pace import Pace
    from flows.schedule import serve
    from flows.timetable import Timetable

    serve(Timetable(cron, zone, Pace(float(day_s), datetime.fromisoformat(since))))


def end_with_runner() -> None:
    """End this process as soon as the one that made it is gone."""

    def watch() -> None:
        while (runner := multiprocessing.parent_process()) is None:  # it is told a moment after the first line
            time.sleep(0.05)
        runner.join()
        os._exit(70)

    threading.Thread(target=watch, name="end-with-runner", daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
elif __name__ == "__mp_main__":
    end_with_runner()
