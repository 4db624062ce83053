"""A request that WOM refuses, with the body it refuses it with."""

from collections.abc import Mapping


class Refusal(Exception):
    """An answer other than 200, raised where the reason is found."""

    def __init__(self, status: int, code: str | None, message: str, **extra: object) -> None:
        super().__init__(message)
        self.status = status
        self.headers: Mapping[str, str] = {}
        self.body: dict[str, object] = ({} if code is None else {"code": code}) | extra | {"message": message}


def invalid(message: str) -> Refusal:
    """A parameter that fails validation."""
    return Refusal(400, "VALIDATION_ERROR", message)


def unexpected(status: int, message: str) -> Refusal:
    """One of the many refusals that say UNEXPECTED_ERROR whatever they are."""
    return Refusal(status, "UNEXPECTED_ERROR", message)
