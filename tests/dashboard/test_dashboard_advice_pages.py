"""The page To do: the answer in a sentence, what stands behind it, and one friendly line where there is nothing."""

import html
import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from advice_builders import FLIP, a_card, a_decision, a_verdict, advised_marts
from builders import HOSTILE_NAMES, NOW, a_marts

from pipeline.domain.decisions import CHOICES
from pipeline.domain.window import DAY
from pipeline.marts.advice_model import Advice, HitRate, Inactivity, Retention, Soul, Thanks
from pipeline.marts.keys import of_removal, of_slot
from pipeline.marts.model import Marts
from pipeline.outputs.advice_words import NO_LADDER, confidence_word, past_forecasts, percent
from pipeline.outputs.dashboard.assets import shelf
from pipeline.outputs.dashboard.entries import Section
from pipeline.outputs.dashboard.house import house
from pipeline.outputs.dashboard.messages import plain
from pipeline.outputs.dashboard.page import Pages
from pipeline.outputs.dashboard.todo import TodoPage, answer, todo_page


class Elements(HTMLParser):
    """All elements of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def whole(marts: Marts) -> str:
    """The whole dashboard of *marts*, without its files."""
    return Pages(marts, house()).with_files(shelf(house(), "", "", ""))


def published(marts: Marts) -> str:
    """The page To do of *marts*."""
    page = whole(marts)
    return page[page.index('id="page-todo"') : page.index('id="page-members"')]


def text_of(page: str) -> str:
    """What is read, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page)))


def advised(**parts: Any) -> Marts:
    """The night of 24 members with *parts* of its advice replaced."""
    marts = advised_marts(24)
    return replace(marts, advice=replace(marts.advice, **parts))


def page_of(**parts: Any) -> TodoPage:
    return todo_page(advised(**parts))


def awayed(**parts: Any) -> TodoPage:
    return page_of(inactivity=replace(advised_marts(24).advice.inactivity, **parts))


# The answer ---------------------------------------------------------------------------------------------------------


def test_the_answer_sums_up_the_night() -> None:
    assert answer(advised_marts(24).advice) == (
        "3 people have earned a higher rank, removing 3 people would free 3 slots, 1 account holds a slot for nothing and "
        "3 things need a closer look."
    )


def test_one_is_told_as_one() -> None:
    advice = advised_marts(24).advice
    one = replace(
        advice,
        promotions=replace(advice.promotions, due=advice.promotions.due[:1]),
        inactivity=replace(advice.inactivity, purge=advice.inactivity.purge[:1], would_free=1, held=()),
        cards=advice.cards[:1],
    )
    assert answer(one) == (
        "1 person has earned a higher rank, removing 1 person would free 1 slot and 1 thing needs a closer look."
    )


def test_a_night_without_anything_says_so() -> None:
    assert answer(Advice()) == "Nothing to do tonight: nobody is due for a rank, and nobody has to go."


def test_an_account_that_was_seen_to_is_not_counted_any_more() -> None:
    advice = advised_marts(24).advice
    [slot] = advice.inactivity.held
    done = a_decision(of_slot(slot), "done")
    assert "holds a slot" not in answer(replace(advice, decisions=(done,)))


def test_small_things_are_not_called_nothing() -> None:
    assert "small things" in answer(Advice(todo=advised_marts(24).advice.todo[-1:]))


def test_how_much_is_new_is_told() -> None:
    assert todo_page(advised_marts(24)).news == "2 of 20 entries are new tonight."


# What was decided ---------------------------------------------------------------------------------------------------


def part_on_decisions(marts: Marts) -> str:
    page = published(marts)
    return page[page.index('id="todo/decided"') :]


def test_before_anybody_decided_the_page_says_where_to_write() -> None:
    assert "Nothing yet. Write a decision into the workbook’s sheet To do" in text_of(
        part_on_decisions(advised_marts(24))
    )


def test_what_was_decided_is_told_with_its_note_and_what_became_of_it() -> None:
    decision = a_decision("remove:77", last_day=date(2026, 12, 24), note="exams", became="Returned on 18 Nov.")
    told = text_of(part_on_decisions(advised(decisions=(decision,))))
    for words in ("Old Salt", "Remove from the clan", "on 19 Nov", "Keep until 24 Dec", "exams", "Returned on 18 Nov."):
        assert words in told


def test_what_cannot_act_stands_out() -> None:
    [line] = page_of(decisions=(a_decision("remove:77", conflict="clan.toml wins.", became="Still away."),)).ruled
    assert (line.is_odd, line.became) == (True, "clan.toml wins. Still away.")


@pytest.mark.parametrize("verdict", ["noted", "unclear", *CHOICES])
def test_every_decision_has_its_words(verdict: str) -> None:
    [line] = page_of(decisions=(a_decision("remove:77", verdict),)).ruled
    assert line.words


def test_what_is_decided_is_not_asked_again() -> None:
    first = advised_marts(24).advice.inactivity.purge[0]
    marts = advised(decisions=(a_decision(of_removal(first)),))
    before, after = (
        [entry.told.key for entry in section(each, "inactivity").entries] for each in (advised_marts(24), marts)
    )
    assert after == [key for key in before if key != of_removal(first)]


def test_what_waits_to_be_done_is_still_there_and_says_what_was_decided() -> None:
    first = advised_marts(24).advice.inactivity.purge[0]
    decision = a_decision(
        of_removal(first), "remove", silences=False, note="ask him", became="Still in the clan 2 days later."
    )
    [entry] = [each for each in section(advised(decisions=(decision,)), "inactivity").entries if each.decided]
    assert entry.decided == "Decided on 19 Nov: Remove. “ask him” Still in the clan 2 days later."


@cache
def plainly_decided() -> list[str]:
    """The tags of a page that tells a decision in harmless words."""
    page = published(advised(decisions=(a_decision("remove:77", note="n", became="b", conflict="c"),)))
    return [tag for tag, _attributes in Elements(page).seen]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_words_of_a_decision_are_text(name: str) -> None:
    decision = a_decision("remove:77", who=name, what=name, note=name, became=name, conflict=name, reason=name)
    page = published(advised(decisions=(decision,)))
    assert [tag for tag, _attributes in Elements(page).seen] == plainly_decided()


def test_fifty_are_shown_and_the_others_counted() -> None:
    page = page_of(decisions=tuple(a_decision(f"remove:{number}") for number in range(53)))
    assert (len(page.ruled), page.more_ruled) == (50, 3)


# The sections and their entries -------------------------------------------------------------------------------------


def section(marts: Marts, anchor: str) -> Section:
    return next(each for each in todo_page(marts).sections if each.anchor == anchor)


def test_security_comes_first_and_kind_words_last() -> None:
    anchors = [each.anchor for each in todo_page(advised_marts(24, talk=True)).sections]
    assert anchors == ["security", "inactivity", "promotions", "questions", "identities", "people"]


def test_without_discord_nothing_is_asked_of_it() -> None:
    assert [each.anchor for each in todo_page(advised_marts(24)).sections] == [
        "security", "inactivity", "promotions", "people",
    ]  # fmt: skip


def test_every_entry_says_who_why_what_to_do_and_has_a_message() -> None:
    entries = [entry for each in todo_page(advised_marts(60, talk=True)).sections for entry in each.entries]
    assert len(entries) > 20
    assert [
        entry
        for entry in entries
        if not (entry.who.name and entry.told.reason and entry.told.suggestion and entry.message)
    ] == []


def test_a_message_mentions_whose_account_is_known_and_names_the_others() -> None:
    marts = advised_marts(24, talk=True)
    assert marts.talk
    tied = {player: tie.account_id for tie in marts.talk.identities.ties if tie.clan for player in tie.players}
    for entry in section(marts, "promotions").entries:
        account = tied.get(entry.who.name)
        assert entry.message.startswith(f"🎉 **{plain(entry.who.name)}**" if account is None else f"🎉 <@{account}>")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a_b*c", r"a\_b\*c"),
        ("@everyone", "@\u200beveryone"),
        ("<@12>", "\\<@\u200b12\\>"),
        ("two\nlines", "two lines"),
    ],
)
def test_a_name_in_a_message_calls_nobody_and_formats_nothing(name: str, shown: str) -> None:
    assert plain(name) == shown


@pytest.mark.parametrize(("entries", "shown"), [(3, 3), (8, 8), (9, 6), (30, 6)])
def test_a_few_are_shown_at_once_and_the_others_folded_away(entries: int, shown: int) -> None:
    purge = tuple(a_verdict(member, "inactive", NOW) for member in a_marts(entries).members)
    found = section(advised(inactivity=replace(advised_marts(24).advice.inactivity, purge=purge)), "inactivity")
    assert len(found.head) == shown
    assert found.head + found.folded == found.entries


def test_every_link_inside_the_page_leads_to_a_heading() -> None:
    elements = Elements(published(advised_marts(24, hostile_names=True, talk=True))).seen
    ids = {attributes.get("id") for _tag, attributes in elements}
    links = {attributes.get("href") or "" for tag, attributes in elements if tag == "a"}
    inside = {link.removeprefix("#") for link in links if link.startswith("#todo/")}
    assert inside
    assert inside <= ids


def test_twelve_cards_are_shown_and_the_others_counted() -> None:
    many = tuple(a_card(f"key:{number}", "A card", "trend", "high", 0.95) for number in range(14))
    page = page_of(cards=many)
    assert (len(page.cards), page.more_cards) == (12, 2)


@pytest.mark.parametrize(
    ("confidence", "word"), [(0.5, "Low"), (0.9899, "Low"), (0.99, "Fair"), (0.9989, "Fair"), (0.999, "Strong"), (1.0, "Strong")]
)  # fmt: skip
def test_confidence_is_a_word(confidence: float, word: str) -> None:
    assert confidence_word(confidence) == word


@pytest.mark.parametrize(("share", "shown"), [(0.9999, "99.9 %"), (1.0, "100 %"), (0.98, "98 %"), (0.962, "96.2 %")])
def test_what_is_not_certain_never_reads_as_certain(share: float, shown: str) -> None:
    assert percent(share) == shown


def test_the_number_behind_the_word_is_folded_away_with_the_evidence() -> None:
    page = published(advised_marts(24))
    folded = text_of("".join(re.findall(r"<details.*?</details>", page, re.DOTALL)))
    assert "96.2 %" in folded
    assert "Usual day" in folded
    assert "96.2 %" not in text_of(re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL))


def test_what_was_counted_is_not_called_likely() -> None:
    assert todo_page(advised_marts(24)).cards[0].sure == "This was counted, so chance has no part in it."


def test_how_pressing_is_a_word_and_a_mark_and_not_only_a_colour() -> None:
    page = published(advised_marts(24))
    assert re.search(r'grade-critical"><svg class="pips".*?</svg>Critical</span>', page)
    lit = [len(re.findall('class="lit"', mark)) for mark in re.findall(r"grade-critical.*?</svg>", page, re.DOTALL)]
    assert set(lit) == {4}


@pytest.mark.parametrize(
    ("confidence", "said"),
    [(1.0, "It goes on the night on which it is no longer true, or on 10 Dec 2026."),
     (0.96, "It stays here until 10 Dec 2026; after that it comes back only if it is found again.")],
    ids=["counted", "tested"],
)  # fmt: skip
def test_a_card_says_what_would_change_it_and_how_long_it_stays(confidence: float, said: str) -> None:
    card = a_card("quiet_weekday:1", "Tuesdays are quiet", "pattern", "high", confidence)
    shown = text_of(published(advised(cards=(card,))))
    assert f"What would change it: {card.flips_if} {said}" in shown
    kept_before = text_of(published(advised(cards=(replace(card, flips_if=""),))))
    assert card.flips_if not in kept_before
    assert said in kept_before


def test_a_card_that_is_not_new_says_since_when() -> None:
    assert "since 12 Nov" in text_of(published(advised_marts(24)))


# Promotions ---------------------------------------------------------------------------------------------------------


def test_the_due_stand_with_proof_and_ranks_as_people_write_them() -> None:
    marts = advised_marts(24)
    line = replace(marts.advice.promotions.due[0], role="deputy_owner")
    told = replace(marts.advice.promotions, due=(line,))
    entry = section(replace(marts, advice=replace(marts.advice, promotions=told)), "promotions").entries[0]
    assert (entry.who.name, entry.told.about) == (line.name, "Deputy Owner → Captain")
    assert "in the clan for 1,204 days (365 needed)" in entry.told.proof


def test_fifteen_who_are_near_are_shown_and_the_others_counted() -> None:
    near = todo_page(advised_marts(60)).ranks.near
    assert (len(near.shown), near.more) == (15, 5)


def test_without_a_ladder_one_line_says_how_to_write_one() -> None:
    page = text_of(published(advised(promotions=Advice().promotions)))
    assert NO_LADDER in page
    assert "Nearly there" not in page


# Inactivity ---------------------------------------------------------------------------------------------------------


def test_those_who_could_be_removed_stand_longest_away_first() -> None:
    marts = advised_marts(60)
    shown = section(marts, "inactivity").entries
    assert [entry.who.name for entry in shown] == [verdict.name for verdict in marts.advice.inactivity.purge]


def test_each_says_what_would_change_it() -> None:
    assert {entry.told.flips_if for entry in section(advised_marts(60), "inactivity").entries} == {FLIP}


def test_fifty_are_listed_and_the_others_counted() -> None:
    purge = tuple(a_verdict(member, "inactive", NOW) for member in a_marts(70).members)
    marts = advised(inactivity=replace(advised_marts(24).advice.inactivity, purge=purge))
    found = section(marts, "inactivity")
    assert (len(found.entries), found.more, found.count) == (50, 20, 70)


def test_the_unknown_are_grouped_by_the_reason_that_nobody_can_tell() -> None:
    groups = todo_page(advised_marts(24)).absence.unknown
    assert {group.reason: group.count for group in groups} == {
        "Wise Old Man has not looked at them lately": 2,
        "Nobody knows which account in Discord is theirs": 1,
    }


def test_nobody_who_is_unknown_is_called_away() -> None:
    unknown = {who.name for group in todo_page(advised_marts(24)).absence.unknown for who in group.names.shown}
    assert unknown
    assert not unknown & {entry.who.name for entry in section(advised_marts(24), "inactivity").entries}


def test_who_is_away_with_leave_stands_apart_with_the_reason() -> None:
    exempt = todo_page(advised_marts(24)).absence.exempt
    assert [row.why for row in exempt] == ["on leave until 31 Dec: exams"]


def test_everybody_is_counted_in_words() -> None:
    assert todo_page(advised_marts(24)).absence.answer == "16 people take part, 4 are away and of 3 nobody can tell."


def test_slots_are_told_with_what_would_be_left() -> None:
    told = awayed(slots_used=487, would_free=12).absence.slots
    assert told.words == "487 of 500 slots are used. Without those below it would be 475."
    assert (told.used, told.freed) == (95, 2)


def test_a_sentence_about_a_held_slot_does_not_name_them_twice() -> None:
    entry = section(advised_marts(24), "security").entries[-1]
    assert entry.told.reason.startswith("The account is archived")


# What is coming -----------------------------------------------------------------------------------------------------


def test_what_is_coming_is_told_with_its_stretch() -> None:
    row = todo_page(advised_marts(24)).coming.rows[0]
    assert (row.title, row.around, row.likely) == ("99 Slayer", "around 25 Nov", "likely between 23 Nov and 30 Nov")


@pytest.mark.parametrize(
    ("late", "around", "likely"),
    [
        (timedelta(), "around 25 Nov", "likely between 23 Nov and 30 Nov"),
        (timedelta(days=3), "around 25 Nov", "likely by 30 Nov"),
        (timedelta(days=6), "any day now", "likely by 30 Nov"),
        (timedelta(days=9), "any day now", "very likely on 30 Nov"),
    ],
)
def test_nobody_is_told_of_days_that_are_over(late: timedelta, around: str, likely: str) -> None:
    marts = advised_marts(24)
    row = todo_page(replace(marts, as_of=marts.as_of + late)).coming.rows[0]
    assert (row.around, row.likely) == (around, likely)


def test_another_year_is_named() -> None:
    assert todo_page(advised_marts(24)).coming.rows[2].likely == "likely between 1 Dec and 3 Jan 2027"


def test_what_may_take_over_a_year_says_so() -> None:
    row = todo_page(advised_marts(24)).coming.rows[5]
    assert row.likely.endswith("perhaps not within a year")
    assert row.stretch.is_open


def test_a_stretch_lies_within_its_scale() -> None:
    for row in todo_page(advised_marts(24)).coming.rows:
        assert 0 <= row.stretch.low <= row.stretch.mid <= row.stretch.low + row.stretch.width <= 101


def test_fifteen_are_shown_and_the_others_counted() -> None:
    coming = todo_page(advised_marts(24)).coming
    assert (len(coming.rows), coming.more) == (15, 5)


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (HitRate(214, 173, 20, 21), "Of 214 such forecasts of the past, 81 % came in their time."),
        (HitRate(30, 30, 0, 0), "Of 30 such forecasts of the past, 100 % came in their time."),
        (
            HitRate(29, 29, 0, 0),
            "It is too early to say how often such forecasts come true: only 29 have run out so far.",
        ),
        (HitRate(1, 1, 0, 0), "It is too early to say how often such forecasts come true: only 1 has run out so far."),
        (HitRate(), "It is too early to say how often such forecasts come true: none has run out so far."),
    ],
)
def test_forecasts_are_shown_with_how_they_fared(rate: HitRate, said: str) -> None:
    assert past_forecasts(rate) == said


# Names and nothing --------------------------------------------------------------------------------------------------


def test_who_is_not_in_the_clan_has_a_name_and_no_page() -> None:
    thanks = Retention(thanks=(Thanks(Soul(9001, 9001, "Old Salt"), ("answered 3 questions",)),))
    who = section(replace(advised_marts(24), advice=Advice(retention=thanks)), "people").entries[0].who
    assert (who.player_id, who.name) == (None, "Old Salt")


def test_hostile_words_make_no_element_of_their_own() -> None:
    tags = {tag for tag, _attributes in Elements(published(advised_marts(30, hostile_names=True))).seen}
    assert not tags & {"img", "b", "script"}


def test_hostile_words_are_shown_letter_by_letter() -> None:
    page = published(advised_marts(30, hostile_names=True))
    shown = html.unescape(page)
    assert shown.count(HOSTILE_NAMES[5]) > 10


def test_no_id_has_a_gap_and_none_is_given_twice() -> None:
    page = whole(advised_marts(30, hostile_names=True))
    elements = Elements(page).seen
    ids = [attributes["id"] or "" for _tag, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert not [each for each in ids if re.search(r"\s", each)]


@pytest.mark.parametrize("members", [1, 14])
def test_each_part_without_anything_says_so_in_a_line(members: int) -> None:
    page = text_of(published(a_marts(members)))
    for line in (
        "nobody who left has a role, and no slot is held", "nobody has been away for longer", "nobody stood out this week",
        "Nothing out of the ordinary tonight", NO_LADDER, "No milestone is in sight.",
    ):  # fmt: skip
        assert line in page


def test_a_clan_of_one_where_all_is_well_says_so() -> None:
    marts = a_marts(1)
    fine = Inactivity(verdicts=(a_verdict(marts.members[0], "active", NOW),), slots_used=1)
    page = text_of(published(replace(marts, advice=Advice(inactivity=fine))))
    assert "1 person takes part. 1 of 500 slots are used." in page
    assert "nobody has been away for longer than the clan allows" in page


def test_an_empty_clan_has_a_sentence_instead_of_a_page() -> None:
    assert "There is nobody to do anything for yet" in text_of(published(advised_marts(0)))


def test_without_discord_the_page_has_no_word_of_it() -> None:
    marts = advised_marts(12)
    assert "Discord" not in published(replace(marts, advice=replace(marts.advice, inactivity=Inactivity())))


def test_the_page_comes_second_in_the_navigation() -> None:
    page = whole(a_marts(2))
    tabs = re.findall(r'data-page="(\w+)"', page)
    assert tabs[:3] == ["overview", "todo", "members"]


def test_the_same_marts_give_the_same_page() -> None:
    assert published(advised_marts.__wrapped__(24)) == published(advised_marts(24))


def test_the_page_of_a_full_clan_stays_small() -> None:
    assert len(published(advised_marts(500)).encode()) < 220_000


def test_a_forecast_that_is_overdue_stays_on_its_scale() -> None:
    ahead = advised_marts(24).advice.upcoming[0]
    late = replace(ahead, low_at=NOW - DAY, mid_at=NOW - timedelta(hours=1), high_at=NOW)
    assert page_of(upcoming=(late,)).coming.rows[0].stretch.low == 0


def test_a_taken_name_calls_nobody_else() -> None:
    """Whoever takes a member's nickname is not answered for by that member's account."""
    marts = advised_marts(24, talk=True)
    assert marts.talk
    tie = next(tie for tie in marts.talk.identities.ties if tie.clan)
    asked = replace(marts.talk.unanswered[0], asker=tie.players[0], person_id=None, account_id=None)
    talk = replace(marts.talk, unanswered=(asked,))
    message = section(replace(marts, talk=talk), "questions").entries[0].message
    assert str(tie.account_id) not in message
    assert message.startswith(f"**{plain(tie.players[0])}**")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("evil\u202eexe.txt", "evilexe.txt"),
        ("https://evil.example", "https://\u200bevil.example"),
        ("discord.gg/x", "discord\u200b.gg/x"),
    ],
)
def test_a_name_in_a_message_turns_no_direction_and_links_nowhere(name: str, shown: str) -> None:
    assert plain(name) == shown
