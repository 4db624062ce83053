"""Ten times as many members as the game allows: a night takes its time, and is a night like any other."""

import json
from pathlib import Path

import pytest
import registry
from night_kit import NOW, a_clan
from workbook_reader import xml_of

from pipeline.runs import planned
from pipeline.stages import perform
from pipeline.verdict import sum_up

MANY = 5_000


@pytest.mark.soak
@pytest.mark.table
@pytest.mark.timeout(1_500)
@pytest.mark.trouble(registry.FIVE_THOUSAND)
def test_a_clan_of_five_thousand_has_its_night(tmp_path: Path) -> None:
    with a_clan(tmp_path / "out", members=MANY, days=2) as clan:
        job = clan.job(NOW)
        outcomes = {name: perform(name, job) for name in planned(job)}
        print({outcome.name: f"{outcome.seconds:.0f} s" for outcome in outcomes.values()})
        assert sum_up(outcomes).exit_code == 0, outcomes
        assert max(outcome.seconds for outcome in outcomes.values()) < job.settings.stage_timeout_s
        assert clan.rows("SELECT count(*) FROM membership WHERE left_at IS NULL") == [(MANY,)]
        page = json.loads((clan.output / "site" / "clan_data.json").read_text("utf-8"))
        assert len(page["members"]) == MANY
        book = (clan.output / "clan_report_summary_merged.xlsx").read_bytes()
        assert xml_of(book, "Members").count("<row ") > MANY - 100, "alts share the row of their main account"
