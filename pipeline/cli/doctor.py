"""The command that looks at every precondition of a night."""

from typing import Annotated

import typer

from pipeline import clock, log
from pipeline.cli.orders import Now, Output
from pipeline.settings import Settings


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Everything, for programs.")] = False,
    now: Now = None,
    output: Output = None,
) -> None:
    """Look at everything that a night needs, a line each, with what to do about it; nothing is changed."""
    from pipeline.doctor import telling
    from pipeline.doctor.examination import examine
    from pipeline.doctor.patient import Patient

    survey = Settings.survey(output)
    patient = Patient(survey, clock.now() if now is None else clock.parse(now), clock.now)
    teller, found = None if as_json else telling.Teller(), []
    with log.aside("clanstats-doctor-", survey.secrets) as details:
        for check in examine(patient, details):
            found.append(check)
            if teller is not None:
                teller.show(check)
    verdict = telling.sum_up(found)
    if teller is None:
        typer.echo(telling.as_json(found, verdict))
    else:
        teller.conclude(verdict)
    raise typer.Exit(verdict.exit_code)
