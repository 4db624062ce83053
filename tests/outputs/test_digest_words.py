"""What is told in Discord: the page's words, nobody who asked not to be named, nothing that works, and never too much."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

import pytest
from advice_builders import advised_marts
from builders import HOSTILE_NAMES, NOW, a_marts

from pipeline.domain.forgotten import Forgotten
from pipeline.domain.names import standard
from pipeline.domain.window import DAY, TICK
from pipeline.marts.advice_model import Advice
from pipeline.marts.model import Marts, NightGains, NightLine, RosterKind, RosterLine, SinceLastNight, SourceState
from pipeline.outputs.digest import letters
from pipeline.outputs.digest.markdown import MOST, as_read, fitted, length, plain
from pipeline.outputs.digest.names import Shy, few
from pipeline.outputs.digest.nightly import night_news
from pipeline.outputs.digest.weekly import week_news

TONIGHT = date(2026, 11, 21)
GAINED = NightGains(48_212_000, 1_204)
NOTHING = NightGains()
MOVES: tuple[tuple[RosterKind, str], ...] = (("joined", "Welcome"), ("left", "Farewell"))
advised = cache(advised_marts)
LIVE = re.compile(r"(?<!\\)[*_~`|<>\[\]#]")
"""A sign that means something in Discord, and is not escaped."""


NOBODY = Shy.of(Forgotten(), ())


def shy_of(marts: Marts, opt_out: Iterable[str]) -> Shy:
    """What a database knows of those who bear these names, by all accounts of each person."""
    asked = set(map(standard, opt_out))
    persons = {member.person_id for member in marts.members if standard(member.name) in asked}
    theirs = [member for member in marts.members if member.person_id in persons]
    who = Forgotten(
        players=frozenset(member.player_id for member in theirs),
        persons=frozenset(persons),
        aliases=frozenset(standard(member.name) for member in theirs),
    )
    return Shy.of(who, opt_out)


def told(marts: Marts, gained: NightGains = GAINED, opt_out: Iterable[str] = (), wrong: str = "") -> str:
    return letters.nightly(marts, night_news(marts, gained, shy_of(marts, opt_out), wrong), TONIGHT)


def told_of_week(marts: Marts, opt_out: Iterable[str] = ()) -> str:
    return letters.weekly(marts, week_news(marts, shy_of(marts, opt_out)))


def with_lines(*lines: NightLine, marts: Marts | None = None) -> Marts:
    """A night on which just that happened."""
    return replace(marts or a_marts(), since_last_night=SinceLastNight(NOW - DAY, NOW, lines))


def reached(number: int) -> list[NightLine]:
    return [NightLine("achievement", 9000 + n, f"Bob {n}", f"Bob {n} reached 99 Fishing") for n in range(number)]


def test_a_night_reads_like_this() -> None:
    assert told(advised(talk=True), wrong="Discord did not answer.").splitlines()[:16] == [
        "**Oaken Shield, Saturday 21 Nov:** 1 milestone, 1 newcomer, 1 leaver, 1 thing that stands out and 9 things to do.",
        "Members earned 48.2M XP and made 1,204 boss kills.",
        "31 people wrote 412 messages, 12 of them questions.",
        "3 questions have waited for more than a day.",
        "",
        "**Congratulations**",
        "- Oaken Badger reached 99 Fishing",
        "",
        "**Welcome**",
        "- Wild Squire joined as Recruit",
        "- Oaken Badger came to Discord",
        "",
        "**Farewell**",
        "- Old Salt left (was Corporal)",
        "- Ghost Pirate left Discord",
        "",
    ]


def test_every_line_of_the_overview_is_told_in_its_own_words() -> None:
    marts = advised(talk=True)
    text = told(marts)
    assert [line.text for line in marts.since_last_night.lines if line.text not in text] == []


def test_a_week_reads_like_this() -> None:
    lines = told_of_week(advised(talk=True)).splitlines()
    assert lines[:2] == [
        "**Oaken Shield, the week of 14 to 20 Nov:** The clan's total grew by 83.2M XP, to 1.92B XP.",
        "Members who were here all week earned 8.74M XP.",
    ]
    assert {"- Amber Knight: 822K XP", "- Old Troll answered 4 questions of 2 people", "- Old Salt"} < set(lines)
    assert lines[-3:] == [
        "**To do tonight**",
        "- Promote 3 people. (Brave Quill, Grim Goblin and Iron Moss)",
        "- and 9 more things on the page To do",
    ]


def test_only_what_moved_is_told() -> None:
    assert "boss" not in told(a_marts(), NightGains(xp=5_000))
    assert "Members made 1 boss kill." in told(a_marts(), NightGains(kills=1))
    assert "Members" not in told(a_marts(), NOTHING)


def test_nothing_happened_nothing_is_told() -> None:
    quiet = with_lines()
    assert night_news(quiet, NOTHING, NOBODY).is_quiet
    assert not night_news(quiet, NightGains(xp=1), NOBODY).is_quiet
    assert not night_news(with_lines(*reached(1)), NOTHING, NOBODY).is_quiet


def test_what_stood_there_yesterday_and_trouble_alone_are_not_worth_a_message() -> None:
    marts = advised()
    old = tuple(replace(each, is_new=False) for each in marts.advice.todo if each.kind != "card")
    advice = replace(marts.advice, todo=old, cards=())
    marts = replace(with_lines(marts=marts), advice=advice)
    assert night_news(marts, NOTHING, NOBODY, "Discord is down.").is_quiet
    new = replace(marts, advice=replace(advice, todo=(replace(old[0], is_new=True), *old[1:])))
    assert not night_news(new, NOTHING, NOBODY).is_quiet


def test_the_first_night_has_nothing_to_compare_with() -> None:
    marts = replace(a_marts(), since_last_night=SinceLastNight(None, NOW, ()))
    assert night_news(marts, NOTHING, NOBODY).is_quiet


def test_a_week_without_anything_is_quiet() -> None:
    empty = a_marts(0)
    assert week_news(empty, NOBODY).is_quiet
    assert not week_news(a_marts(), NOBODY).is_quiet


def with_advice(marts: Marts, **bent: Any) -> Marts:
    """*marts* with just that advice, a night after another."""
    return replace(marts, advice=Advice(last_night=NOW - DAY, **bent))


def test_what_stands_out_and_what_is_to_do_since_tonight_are_worth_a_message_about_the_week() -> None:
    card = replace(advised().advice.cards[0], who=())
    task = next(each for each in advised().advice.todo if each.kind != "card")
    for is_new in (True, False):
        at = NOW if is_new else NOW - 2 * DAY
        for bent in ({"cards": (replace(card, created_at=at),)}, {"todo": (replace(task, is_new=is_new),)}):
            assert week_news(with_advice(a_marts(0), **bent), NOBODY).is_quiet is not is_new


def test_eight_milestones_are_named_and_the_others_counted() -> None:
    text = told(with_lines(*reached(13)))
    assert text.startswith("**Oaken Shield, Saturday 21 Nov:** 13 milestones.")
    assert "Bob 7" in text
    assert "Bob 8" not in text
    assert "- and 5 more" in text


def moved(marts: Marts, *moves: tuple[datetime, RosterKind]) -> list[str]:
    """What a week of *marts* tells of Ann and her *moves*, oldest first."""
    lines = tuple(RosterLine(at, kind, 1, "Ann", None, None, f"Ann {kind}") for at, kind in reversed(moves))
    sections = week_news(replace(marts, roster=lines), NOBODY).sections
    return [section.title for section in sections if "Ann" in section.lines]


def test_a_week_tells_of_its_own_days_and_of_none_after_them() -> None:
    marts = a_marts()
    week, night = marts.bridge.window, marts.as_of
    for kind, title in MOVES:
        assert moved(marts, (week.until - TICK, kind)) == moved(marts, (week.since, kind)) == [title]
        assert (
            moved(marts, (week.until, kind))
            == moved(marts, (night, kind))
            == moved(marts, (week.since - TICK, kind))
            == []
        )
    crossed = replace(advised().advice.milestones[0], player="Ann", title="99 Fishing")
    for at, is_told in ((week.since - TICK, False), (week.since, True), (week.until - TICK, True), (week.until, False)):
        assert (
            "Ann: 99 Fishing" in told_of_week(with_advice(marts, milestones=(replace(crossed, by_at=at),)))
        ) is is_told


def test_the_week_lists_those_whom_its_headline_counts() -> None:
    """Who was gone again by the end, or back, moved nothing of the clan's total."""
    first, then, last = (NOW - days * DAY for days in (5, 4, 3))
    assert (
        moved(a_marts(), (first, "joined"), (then, "left")) == moved(a_marts(), (first, "left"), (then, "joined")) == []
    )
    assert moved(a_marts(), (first, "joined"), (then, "left"), (last, "joined")) == ["Welcome"]
    assert moved(a_marts(), (first, "left"), (then, "joined"), (last, "left")) == ["Farewell"]


def test_the_link_stands_below_and_survives_the_cut() -> None:
    marts = with_lines(*reached(8))
    news = night_news(marts, GAINED, NOBODY)
    assert letters.nightly(marts, news, TONIGHT, "https://clan.example/a_b").endswith(
        "\nDashboard: https://clan.example/a_b"
    )
    long = with_lines(*(replace(line, text="x" * 400) for line in reached(8)))
    text = letters.nightly(long, night_news(long, GAINED, NOBODY), TONIGHT, "https://clan.example/a_b")
    assert text.endswith("more lines\n\nDashboard: https://clan.example/a_b")


def test_what_is_not_well_is_one_line() -> None:
    marts = advised(talk=True)
    assert "_Not all is well:_ The drive is full." in told(marts, wrong="The drive is full.")
    assert "Not all is well" not in told(marts)
    stale = replace(marts, freshness=replace(marts.freshness, sources=(SourceState("wom", NOW - 2 * DAY, "stale"),)))
    assert "_Not all is well:_ Wise Old Man has been silent since 19 Nov" in told(stale)


# ── who asked not to be watched ──────────────────────────────────────────────────────────────────────────────────────


def test_who_asked_not_to_be_watched_is_named_nowhere_and_still_counts() -> None:
    marts = advised(talk=True)
    usual = told(marts) + told_of_week(marts)
    for shy in ("Oaken Badger", "iron_moss", "BRAVE QUILL"):
        name = next(member.name for member in marts.members if member.name.lower() == shy.lower().replace("_", " "))
        assert name in usual
        assert name not in told(marts, opt_out=[shy]) + told_of_week(marts, opt_out=[shy])
    hidden = told(marts, opt_out=["Brave Quill"])
    assert "Promote 3 people. (Grim Goblin, Iron Moss and 1 more)" in hidden


def test_an_opt_out_holds_for_all_accounts_of_a_person() -> None:
    marts = advised(talk=True)
    main, alt = marts.members[7], marts.members[8]
    lines = with_lines(NightLine("joined", alt.player_id, alt.name, f"{alt.name} joined"), marts=marts)
    assert f"{alt.name} joined" in told(lines)
    assert alt.name not in told(lines, opt_out=[main.name])


def test_somebody_who_is_a_member_no_more_is_not_named_either() -> None:
    """A leaver has no verdict and no place among the members."""
    marts = advised(talk=True)
    shy = Shy.of(Forgotten(players=frozenset({9001}), words=("salty.one",)), ["salty.one"])
    assert "- Old Salt" in told(marts)
    assert "- Old Salt" in told_of_week(marts)
    assert "Old Salt" not in letters.nightly(marts, night_news(marts, GAINED, shy), TONIGHT)
    assert "Old Salt" not in letters.weekly(marts, week_news(marts, shy))
    assert shy.is_in("Ask Salty.One how things are.")


def test_a_card_that_names_them_is_left_out() -> None:
    marts = advised()
    [card] = [card for card in marts.advice.cards if card.id.startswith("helper")]
    news = replace(card, created_at=NOW, text="Old Salt usually answers 11 questions a week.", who=())
    marts = replace(marts, advice=replace(Advice(last_night=NOW - DAY), cards=(news,)))
    assert news.title in told(marts)
    assert news.title not in told(marts, opt_out=["Old Salt"])


# ── strangers' names ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Zezima", "Zezima"),
        ("@everyone", "@\u200beveryone"),
        ("<@123>", r"\<@" + "\u200b" + r"123\>"),
        ("**bold** _it_ ~~no~~ ||spoiler||", r"\*\*bold\*\* \_it\_ \~\~no\~\~ \|\|spoiler\|\|"),
        ("`code`", r"\`code\`"),
        ("](http://evil)", r"\](http:\/\/evil)"),
        ("discord.gg/abc", r"discord.gg\/abc"),
        ("back\\slash*", r"back\\slash\*"),
        ("# head", r"\# head"),
        ("- point", r"\- point"),
        ("1. first", r"1\. first"),
        ("12.3K XP", "12.3K XP"),
        ("-2", "-2"),
        ("> quote", r"\> quote"),
        ("in\u200bvi\u202esi\u2066ble\x07", "invisible"),
        ("\u3164\u2800", ""),
        ("two\r\nlines\tand\u2028more", "two lines and more"),
        ("🐉 Zoë 👑", "🐉 Zoë 👑"),
    ],
)
def test_strangers_words_are_shown_and_do_not_work(written: str, sent: str) -> None:
    assert plain(written) == sent


def test_a_terminal_shows_a_message_as_discord_does() -> None:
    for name in ("a_b", "@everyone", "back\\slash*", "1. x", "Zoë (main)"):
        assert as_read(plain(name)) == name


@pytest.mark.parametrize("write", [told, told_of_week])
def test_hostile_names_make_no_link_no_emphasis_and_no_mention(write: Any) -> None:
    text = write(advised(talk=True, hostile_names=True))
    own = [line for line in text.splitlines() if not re.fullmatch(r"\*\*[\w ]+\*\*|", line)]
    own[0] = own[0].replace("**", "")
    assert [line for line in own if LIVE.search(line)] == []
    assert "http://" not in text
    assert "https://" not in text
    assert not re.search("@(?!\u200b)", text)


def test_no_message_is_too_long_and_no_name_is_cut() -> None:
    names = ["🐉" * 150, *(letter * 250 for letter in "ABCDEFG"), *HOSTILE_NAMES]
    lines = [NightLine("achievement", n, name, f"{name} reached 99 Fishing") for n, name in enumerate(names)]
    lines += [NightLine("joined", n, name, f"{name} joined") for n, name in enumerate(names)]
    text = told(with_lines(*lines, marts=advised(talk=True, hostile_names=True)))
    assert MOST - 400 < length(text) <= MOST
    assert re.search(r"\n… and \d+ more lines$", text)
    whole = {plain(f"- {name} {did}".removeprefix("- ")) for name in names for did in ("reached 99 Fishing", "joined")}
    shown = {line.removeprefix("- ") for line in text.splitlines() if line.endswith(("Fishing", "joined"))}
    assert shown <= whole
    assert [line for line in text.splitlines() if "🐉🐉" in line and "🐉" * 150 not in line] == []


def test_the_cut_leaves_no_title_without_a_line() -> None:
    assert fitted(["head", "", "**Title**", "- " + "x" * 90, "- y"], most=60) == "head\n… and 2 more lines"
    assert fitted(["head", "- y"], ["", "end"], most=60) == "head\n- y\n\nend"


def test_many_people_are_few_names_and_a_number() -> None:
    assert few(["Ann"]) == "Ann"
    assert few(["Ann", "Bob"], 5) == "Ann, Bob and 3 more"
    assert few(list("ABCDEFG")) == "A, B, C, D, E and 2 more"
    assert few([], 3) == ""


# ── alerts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_alert_says_what_happened_and_what_to_do_and_nothing_else() -> None:
    said = "Nothing new was published: The disk is full. The last good outputs stand."
    assert letters.alert(TONIGHT, "failed", 1, said) == (
        "**ClanStats, the night of Saturday 21 Nov: nothing new.**\n"
        "Nothing new was published: The disk is full. The last good outputs stand.\n"
        "_What to do:_ `uv run clanstats run` again, or let the next night catch up by itself."
    )
    assert "what the sentence says, then" in letters.alert(TONIGHT, "failed", 2, said)
    assert "something is missing" in letters.alert(TONIGHT, "degraded", 3, said)
    assert letters.alert(TONIGHT, "done", 0, "Everything is up to date.") == (
        "**ClanStats, the night of Saturday 21 Nov: all is well again.** Everything is up to date."
    )


def test_a_sentence_of_any_length_fits_an_alert() -> None:
    text = letters.alert(TONIGHT, "failed", 1, "*_ " * 4_000)
    assert length(text) <= MOST
    assert "What to do" in text
