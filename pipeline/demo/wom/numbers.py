"""Numbers as JavaScript prints them."""


def number(value: float) -> int | float:
    """*value* without a fraction where there is none: JavaScript has no `5.0`."""
    return int(value) if value == int(value) else value


def five_decimals(value: float) -> int | float:
    """*value* as WOM stores ehp and ehb."""
    return number(round(value, 5))
