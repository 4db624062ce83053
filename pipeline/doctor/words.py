"""Ages, lists and obstacles, as people say them."""

from datetime import timedelta

from pipeline.sources.reach import Stop


def span(length: timedelta) -> str:
    """How long that is, by its largest unit."""
    seconds = abs(length.total_seconds())
    for unit, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * unit:
            return f"{seconds // unit:.0f} {name}s"
    return f"{seconds:.0f} seconds"


def listed(names: list[str], most: int = 5) -> str:
    """*names*, the first ones alone if they are many."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def obstacle(stop: Stop, service: str, setting: str) -> tuple[str, str]:
    """What keeps us from *service*, and the remedy; *setting* holds its address."""
    match stop.obstacle:
        case "proxy":
            return (
                f"{service} did not answer through the proxy that this machine is set to use.",
                f"Check HTTPS_PROXY of the environment, or name {stop.host} in NO_PROXY.",
            )
        case "name":
            return (
                f"No name server knows {stop.host}, where {service} should be.",
                f"Check the internet connection and the name servers of this machine, and that {setting} has no slip.",
            )
        case "port":
            return (
                f"{stop.host}, where {service} should be, takes no connection ({stop.detail}).",
                f"Check the internet connection, the firewall, and {setting}; if they are right, try again later.",
            )
        case "certificate":
            return (
                f"{stop.host} does not prove by TLS that it is {service} ({stop.detail}).",
                "Check the date of this machine, whether a firewall or virus scanner reads along, and whether "
                f"{setting} should begin with http:// or https://.",
            )
        case "silence":
            return (
                f"{stop.host} takes connections, but {service} answers nothing in time.",
                f"Try again in some minutes; if it stays so, check {setting}.",
            )
