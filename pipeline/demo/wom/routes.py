"""Which path is answered by what."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pipeline.demo.account import Account
from pipeline.demo.wom import contest_answers, gained, group_answers, wire
from pipeline.demo.wom.achievements import of_account, of_members
from pipeline.demo.wom.desk import Desk
from pipeline.demo.wom.query import Query, gained_span, number_of, page, snapshots_span
from pipeline.demo.wom.refusal import Refusal, invalid, unexpected
from pipeline.demo.wom.view import View

GROUP_PAGE: Final = 50
SNAPSHOT_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, as far as its answer depends on it."""

    desk: Desk
    view: View
    subject: str
    query: Query
    body: bytes

    @property
    def page(self) -> tuple[int, int]:
        """Limit and offset of a group's list."""
        return page(self.query, most=GROUP_PAGE)

    @property
    def group_span(self) -> tuple[int, int] | None:
        """The window of a group's gains."""
        return gained_span(self.query, self.view.at, of_group=True)

    @property
    def metric(self) -> str:
        """The metric asked for, if the game has it."""
        metric = self.query.get("metric", "")
        if self.view.kind(metric) is None:
            raise invalid("Invalid enum value for 'metric'.")
        return metric

    def group(self, *, bulk: bool = False) -> View:
        """The view, if the group asked for is the one it shows."""
        if number_of(self.subject) != self.view.group_id:
            raise Refusal(404, "GROUP_NOT_FOUND", "Group not found") if bulk else unexpected(404, "Group not found.")
        return self.view

    def account(self) -> Account:
        """The account asked for by name."""
        account = self.view.named(self.subject)
        if account is None:
            raise unexpected(404, "Player not found.")
        return account


Answer = Callable[[Ask], Any]


def _group(ask: Ask) -> Any:
    return wire.group_details(ask.group())


def _bulk_hiscores(ask: Ask) -> Any:
    return group_answers.bulk_hiscores(ask.group(bulk=True))


def _bulk_gained(ask: Ask) -> Any:
    number_of(ask.subject)
    span = ask.group_span
    view = ask.group(bulk=True)
    return [] if span is None else gained.bulk(view, span)


def _gained(ask: Ask) -> Any:
    number_of(ask.subject)
    metric, span = ask.metric, ask.group_span
    view = ask.group()
    return [] if span is None else gained.board(view, metric, span)


def _hiscores(ask: Ask) -> Any:
    number_of(ask.subject)
    metric = ask.metric
    return group_answers.hiscores(ask.group(), metric)


def _activity(ask: Ask) -> Any:
    number_of(ask.subject)
    limit, offset = ask.page
    return group_answers.activity(ask.group())[offset : offset + limit]


def _group_achievements(ask: Ask) -> Any:
    number_of(ask.subject)
    limit, offset = ask.page
    view = ask.group()
    return of_members(view, {account.id: ask.desk.awards(account) for account, _ in view.members()}, limit, offset)


def _name_changes(ask: Ask) -> Any:
    number_of(ask.subject)
    limit, offset = ask.page
    return group_answers.name_changes(ask.group())[offset : offset + limit]


def _competitions(ask: Ask) -> Any:
    view = ask.group()
    return [contest_answers.competition(view, contest) for contest in contest_answers.known(view)]


def _statistics(ask: Ask) -> Any:
    answer = group_answers.statistics(ask.group())
    if answer is None:
        raise unexpected(400, "Couldn't find any stats for this group.")
    return answer


def _csv(ask: Ask) -> Any:
    return group_answers.members_csv(ask.group()).encode()


def _competition(ask: Ask) -> Any:
    id_ = number_of(ask.subject)
    contest = next((contest for contest in contest_answers.known(ask.view) if contest.id == id_), None)
    if contest is None:
        raise unexpected(404, "Competition not found.")
    return contest_answers.details(ask.view, contest)


def _update_all(ask: Ask) -> Any:
    view = ask.group()
    code = (json.loads(ask.body) if ask.body else {}).get("verificationCode")
    if code is None:
        raise Refusal(400, "MISSING_VERIFICATION_CODE", "Required parameter 'verificationCode' is undefined")
    if code != ask.desk.verification_code:
        raise Refusal(403, "INCORRECT_VERIFICATION_CODE", "Incorrect verification code")
    count = ask.desk.update_all(view)
    if not count:
        raise Refusal(400, "NO_OUTDATED_MEMBERS", "This group has no outdated members (updated over 24h ago)")
    told = f"{count} outdated (updated > 24h ago) players are being updated. This can take up to a few minutes."
    return {"count": count, "message": told}


def _player(ask: Ask) -> Any:
    account = ask.view.named(ask.subject)
    if account is None:
        raise Refusal(404, "PLAYER_NOT_FOUND", "Player not found")
    return wire.details(ask.view, account)


def _player_by_id(ask: Ask) -> Any:
    account = ask.view.numbered(number_of(ask.subject))
    if account is None:
        raise Refusal(404, "PLAYER_NOT_FOUND", "Player not found")
    return wire.details(ask.view, account)


def _update_player(ask: Ask) -> Any:
    account = ask.desk.update(ask.view, ask.subject)
    return wire.details(ask.desk.view(ask.view.at), account)


def _snapshots(ask: Ask) -> Any:
    limit, offset = page(ask.query, most=SNAPSHOT_PAGE)
    account, view = ask.account(), ask.view
    since, until = snapshots_span(ask.query, view.at) or (0, view.at)
    looks = account.looks_within(since, min(until, view.at))[::-1]
    return [wire.snapshot(view, view.sight(account, look)) for look in looks[offset : offset + limit]]


def _player_gained(ask: Ask) -> Any:
    span = gained_span(ask.query, ask.view.at, of_group=False)
    account = ask.account()
    return gained.of_player(ask.view, account, span or (ask.view.at, ask.view.at))


def _player_achievements(ask: Ask) -> Any:
    account = ask.account()
    return of_account(ask.view, ask.desk.awards(account))


def _player_names(ask: Ask) -> Any:
    return group_answers.names(ask.view, ask.account())


_SUBJECT: Final = "*"
ROUTES: Final[dict[tuple[str, ...], Answer]] = {
    ("GET", "groups", _SUBJECT): _group,
    ("GET", "groups", _SUBJECT, "bulk-hiscores"): _bulk_hiscores,
    ("GET", "groups", _SUBJECT, "bulk-gained"): _bulk_gained,
    ("GET", "groups", _SUBJECT, "gained"): _gained,
    ("GET", "groups", _SUBJECT, "hiscores"): _hiscores,
    ("GET", "groups", _SUBJECT, "activity"): _activity,
    ("GET", "groups", _SUBJECT, "achievements"): _group_achievements,
    ("GET", "groups", _SUBJECT, "name-changes"): _name_changes,
    ("GET", "groups", _SUBJECT, "competitions"): _competitions,
    ("GET", "groups", _SUBJECT, "statistics"): _statistics,
    ("GET", "groups", _SUBJECT, "csv"): _csv,
    ("POST", "groups", _SUBJECT, "update-all"): _update_all,
    ("GET", "competitions", _SUBJECT): _competition,
    ("GET", "players", _SUBJECT): _player,
    ("GET", "players", "id", _SUBJECT): _player_by_id,
    ("POST", "players", _SUBJECT): _update_player,
    ("GET", "players", _SUBJECT, "snapshots"): _snapshots,
    ("GET", "players", _SUBJECT, "gained"): _player_gained,
    ("GET", "players", _SUBJECT, "achievements"): _player_achievements,
    ("GET", "players", _SUBJECT, "names"): _player_names,
}


def find(method: str, segments: tuple[str, ...]) -> tuple[Answer, str]:
    """What answers *method* on the path of *segments*, and the id or name that stands in it."""
    for spot in (1, 2):
        answer = ROUTES.get((method, *segments[:spot], _SUBJECT, *segments[spot + 1 :]))
        if answer is not None and len(segments) > spot:
            return answer, segments[spot]
    raise Refusal(404, "ENDPOINT_NOT_FOUND", "Endpoint not found")
