"""One small method for each thing Wise Old Man is asked."""

from dataclasses import dataclass
from datetime import date, datetime

from pipeline.domain.window import utc_day
from pipeline.errors import Denied, SourceError, Unreadable
from pipeline.sources.answers import Answer, Forbidden, Rejected
from pipeline.sources.http import Query, Session
from pipeline.sources.wom import endpoints as wom
from pipeline.sources.wom.endpoints import Endpoint, wire


@dataclass(frozen=True, slots=True)
class WomClient:
    """What one group can be asked. Every answer is of the endpoint's agreed type, or an error."""

    session: Session
    group_id: int

    def group(self) -> Answer:
        """The group and its whole roster; a group that is not there is a wrong setting."""
        if not 0 < self.group_id <= wom.LARGEST_ID:
            raise self._unknown_group()
        try:
            return self._get(wom.GROUP, self.group_id)
        except Rejected as error:
            raise Rejected(f"{error} If it stays so, check WOM_BASE_URL.", error.status) from None

    def bulk_hiscores(self) -> Answer:
        """Every member's latest snapshot; members who have none are left out."""
        return self._get(wom.BULK_HISCORES, self.group_id)

    def bulk_gained(self, day: date) -> Answer:
        """Each member's first and last look of the UTC day *day*."""
        window = utc_day(day)
        return self._get(
            wom.BULK_GAINED, self.group_id, {"startDate": wire(window.since), "endDate": wire(window.last)}
        )

    def activity(self, offset: int = 0) -> Answer:
        """Who joined, left or changed role, latest first."""
        return self._page(wom.ACTIVITY, offset)

    def achievements(self, offset: int = 0) -> Answer:
        """Achievements of the present members, latest first, unknown dates last."""
        return self._page(wom.ACHIEVEMENTS, offset)

    def name_changes(self, offset: int = 0) -> Answer:
        """Approved renames, latest first."""
        return self._page(wom.NAME_CHANGES, offset)

    def competitions(self) -> Answer:
        """All of them: WOM ignores limit and offset here."""
        return self._get(wom.COMPETITIONS, self.group_id)

    def competition(self, competition_id: int) -> Answer:
        """One competition with everybody's score."""
        return self._get(wom.COMPETITION, competition_id)

    def snapshots(self, username: str, since: datetime, until: datetime, offset: int = 0) -> Answer:
        """A player's own snapshots, latest first. Both dates, for WOM ignores one alone without a word."""
        query: Query = {
            "startDate": wire(since),
            "endDate": wire(until),
            "limit": wom.SNAPSHOT_PAGE,
            "offset": offset,
        }
        return self._get(wom.PLAYER_SNAPSHOTS, _askable(username), query)

    def player_achievements(self, username: str) -> Answer:
        """All achievements of one player."""
        return self._get(wom.PLAYER_ACHIEVEMENTS, _askable(username))

    def update_all(self, verification_code: str) -> int:
        """Have WOM refresh members it has not looked at for a day; gives how many. None being due is an answer too."""
        path = wom.UPDATE_ALL.path(self.group_id)
        try:
            answer = self.session.post(path, {"verificationCode": verification_code})
        except Rejected as error:
            if error.status == 400 and "no outdated members" in str(error).lower():
                return 0
            raise
        count = answer.content.get("count") if isinstance(answer.content, dict) else None
        return count if isinstance(count, int) and count > 0 else 0

    def _page(self, endpoint: Endpoint, offset: int) -> Answer:
        return self._get(endpoint, self.group_id, {"limit": wom.PAGE, "offset": offset})

    def _get(self, endpoint: Endpoint, subject: int | str, query: Query | None = None) -> Answer:
        try:
            answer = self.session.get(endpoint.path(subject), query or {})
        except Rejected as error:
            # An empty group has empty listings: only a group that is gone has none. (captures: 404-group, 404-group-bulk-hiscores)
            if error.status == 404 and "group not found" in str(error).lower():
                raise self._unknown_group() from error
            raise
        except Forbidden as error:
            if endpoint in wom.ABOUT_PLAYERS:
                raise
            raise Denied(f"{error} Check WOM_API_KEY.") from error
        if not isinstance(answer.content, endpoint.form):
            said = type(answer.content).__name__
            raise Unreadable(f"The answer to {answer.path} is {said}, not the agreed {endpoint.form.__name__}.")
        return answer

    def _unknown_group(self) -> Denied:
        return Denied(f"Wise Old Man knows no group {self.group_id}. Check WOM_GROUP_ID.")


def _askable(username: str) -> str:
    """*username*, if a path can hold it: dots alone would be read as a step up."""
    if username in ("", ".", ".."):
        raise Rejected(f"A player called {username!r} cannot be asked for.", 404)
    return username


def is_missing(error: SourceError) -> bool:
    """Whether the server does not know what was asked for."""
    return isinstance(error, Rejected) and error.status == 404
