"""The server's memory: the world, plus the looks and names that its own callers brought about."""

import re
from array import array
from dataclasses import replace
from typing import Final

from pipeline.demo.account import Account
from pipeline.demo.instants import DAY, MINUTE, always
from pipeline.demo.wom.achievements import Award, awards
from pipeline.demo.wom.refusal import Refusal
from pipeline.demo.wom.view import View
from pipeline.demo.world import World

_LONGEST: Final = 12
_FIRST_NEWCOMER: Final = 900_001


class Desk:
    """Answers are views of it; only updates change it."""

    def __init__(self, world: World, *, group_id: int, verification_code: str, unknown_metric: str | None) -> None:
        self.verification_code = verification_code
        self._world = world
        self._group_id = group_id
        self._unknown_metric = unknown_metric
        self._accounts = {account.id: account for account in world.accounts}
        self._awards: dict[int, tuple[Award, ...]] = {}
        self.revision = 0

    def view(self, at: int) -> View:
        """What is known at the instant *at*."""
        return View(self._world, tuple(self._accounts.values()), at, self._group_id, self._unknown_metric)

    def awards(self, account: Account) -> tuple[Award, ...]:
        """Everything *account* was ever seen to have reached."""
        if account.id not in self._awards:
            self._awards[account.id] = awards(account)
        return self._awards[account.id]

    def look(self, account: Account, at: int) -> None:
        """Look at *account* at the instant *at*."""
        seen = array("q", sorted({*account.looks, at}))
        self._accounts[account.id] = replace(account, looks=seen)
        self._awards.pop(account.id, None)
        self.revision += 1

    def update_all(self, view: View) -> int:
        """Have everybody looked at who was not for a day, in the minutes to come; how many there are."""
        stale = [
            account
            for account, _ in view.members()
            if account.statuses.at(view.at) == "active" and (account.last_look(view.at) or 0) < view.at - DAY
        ]
        for turn, account in enumerate(stale):
            self.look(account, view.at + MINUTE + turn * 1_733 % (4 * MINUTE))
        return len(stale)

    def update(self, view: View, username: str) -> Account:
        """Look at the account called *username* now, or say why not."""
        account = view.named(username) or self._newcomer(username, view.at)
        if account.id >= _FIRST_NEWCOMER:
            raise Refusal(400, "HISCORES_USERNAME_NOT_FOUND", "Player not found on the hiscores")
        if view.archived(account):
            raise Refusal(403, "PLAYER_IS_ARCHIVED", "Player is archived")
        if view.at - (account.last_look(view.at) or 0) < MINUTE:
            refusal = Refusal(429, "PLAYER_IS_RATE_LIMITED", "Player was updated too recently")
            refusal.headers = {
                "RateLimit-Limit": "1", "RateLimit-Remaining": "0", "RateLimit-Reset": "60", "Retry-After": "60",
            }  # fmt: skip
            raise refusal
        self.look(account, view.at)
        return self._accounts[account.id]

    def _newcomer(self, username: str, at: int) -> Account:
        """An unknown name becomes a player before the hiscores are even asked."""
        if not re.fullmatch(r"[A-Za-z0-9 _-]+", username):
            code = {"code": "USERNAME_HAS_SPECIAL_CHARACTERS"}
            raise Refusal(400, "INVALID_USERNAME", "Invalid username", subError=code)
        if len(username) > _LONGEST:
            raise Refusal(400, "INVALID_USERNAME", "Invalid username", subError={"code": "USERNAME_TOO_LONG"})
        id_ = max(_FIRST_NEWCOMER, *(known + 1 for known in self._accounts)) if self._accounts else _FIRST_NEWCOMER
        self._accounts[id_] = Account(
            id=id_,
            person=f"p{id_}",
            build="main",
            country=None,
            patron=False,
            registered_at=at,
            imported_at=None,
            names=always(username),
            types=always("unknown"),
            statuses=always("active"),
            stays=(),
            looks=(),
            plays=(),
            tracks={},
        )
        self.revision += 1
        return self._accounts[id_]
