"""Requests that Discord refuses, with the body and the number it refuses them with."""

from typing import Any, Final

MISSING_ACCESS: Final = 50001
MISSING_PERMISSIONS: Final = 50013
WRONG_CHANNEL_TYPE: Final = 50024
INVALID_FORM: Final = 50035
UNKNOWN: Final = {"Channel": 10003, "Guild": 10004, "Member": 10007, "Message": 10008, "Webhook": 10015}


class Refusal(Exception):
    """An answer other than 200, raised where the reason is found."""

    def __init__(self, status: int, message: str, code: int = 0, **extra: object) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"message": message, "code": code, **extra}


def unauthorized() -> Refusal:
    """No token, or a wrong one."""
    return Refusal(401, "401: Unauthorized")


def not_found() -> Refusal:
    """A path that answers nothing."""
    return Refusal(404, "404: Not Found")


def wrong_method() -> Refusal:
    """A path that answers something else than what was asked of it."""
    return Refusal(405, "405: Method Not Allowed")


def unknown(what: str) -> Refusal:
    """An id that stands for no *what* of `UNKNOWN`."""
    return Refusal(404, f"Unknown {what}", UNKNOWN[what])


def no_access() -> Refusal:
    """Something there, and out of the bot's sight."""
    return Refusal(403, "Missing Access", MISSING_ACCESS)


def no_permission() -> Refusal:
    """Something in sight that the bot may not do."""
    return Refusal(403, "Missing Permissions", MISSING_PERMISSIONS)


def wrong_channel() -> Refusal:
    """A channel that has no such thing."""
    return Refusal(400, "Cannot execute action on this channel type", WRONG_CHANNEL_TYPE)


def invalid(name: str, code: str, message: str) -> Refusal:
    """The parameter *name* fails validation."""
    told = {name: {"_errors": [{"code": code, "message": message}]}}
    return Refusal(400, "Invalid Form Body", INVALID_FORM, errors=told)
