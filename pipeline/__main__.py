"""`python -m pipeline <stage>`: one stage of a run as a child process, which leaves an outcome file."""

import argparse
import gc
import logging
import os
import signal
import sys
import traceback
from dataclasses import replace

from pipeline.collector import spare_collector


def main() -> int:
    """Do what the command line says; 0 if the stage succeeded."""
    from pipeline import clock, log
    from pipeline.children import end_with_parent, peak_bytes
    from pipeline.job import Job
    from pipeline.outcome import STAGES, write_outcome
    from pipeline.settings import Settings
    from pipeline.stages import perform

    parser = argparse.ArgumentParser(prog="python -m pipeline", description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--run-id", required=True)
    parser.add_argument("--now", required=True)
    asked = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches us all: the run answers it, and we end with the run
    end_with_parent()
    if asked.stage == "harvest_discord":  # which leaves cycles behind with every page
        gc.enable()
    settings = Settings.read()
    log.start(settings.output_dir, asked.run_id, settings.secrets(), stage=asked.stage)
    job = Job(settings, asked.run_id, clock.parse(asked.now))
    outcome = replace(perform(asked.stage, job), peak_bytes=peak_bytes())
    write_outcome(job.output, job.run_id, outcome)
    return 0 if outcome.succeeded else 1


if __name__ == "__main__":
    spare_collector()  # before anything large is imported
    try:
        code = main()
    except Exception:  # noqa: BLE001 - who started us must be able to tell this from a kill
        traceback.print_exc()
        from pipeline.children import UNTOLD

        code = UNTOLD
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # half a second went into taking apart what a stage held
