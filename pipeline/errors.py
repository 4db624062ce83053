"""What can go wrong, as one tree.

ClanError
├── ConfigError        fix .env or clan.toml: names the setting, says what is wrong      exit 2
├── SourceError
│   ├── Retriable      429, 5xx, timeout, reset: the next attempt may work
│   ├── Denied         401/403, unknown group, wrong code: fix a setting or a credential
│   └── Unreadable     not of the agreed form; carries landing, path and key
├── StorageError       schema ahead of the code, disk full, integrity check failed
├── PublishError       target folder missing, file open in another program
└── Unforeseen         a fault of ours, or of what we build on: the log has its details

A failed request is retried where it was sent, a failed stage by the flow, and only if it is Retriable or was killed.
"""


class ClanError(Exception):
    """Something a person can understand and act upon; its text is one plain sentence."""


class ConfigError(ClanError):
    """A setting, clan.toml or the group is wrong."""


class Unforeseen(ClanError):
    """Something that nobody thought of, in a sentence all the same."""

    @classmethod
    def of(cls, error: Exception, place: object = "the log") -> "Unforeseen":
        """*error* with the *place* that has its details."""
        return cls(f"Something unforeseen went wrong ({type(error).__name__}: {error}); {place} has the details.")


class SourceError(ClanError):
    """A source did not give what was asked."""


class Retriable(SourceError):
    """The next attempt may work."""


class Denied(SourceError):
    """The source refuses these credentials, or does not know what is asked for."""


class Unreadable(SourceError):
    """An answer is not of the agreed form."""


class StorageError(ClanError):
    """The database cannot be read or written."""


class PublishError(ClanError):
    """An output cannot be put where people read it."""
