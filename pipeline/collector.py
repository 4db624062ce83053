"""Python's garbage collector, and when it rests."""

import gc


def spare_collector() -> None:
    """Let the collector rest: a stage lives for seconds, and a third of `assemble` went into walking answers that stay.

    So did a tenth of what a stage imports, if it is called before. At 500 members the peak memory of every stage is the same with it
    and without.
    """
    gc.disable()
