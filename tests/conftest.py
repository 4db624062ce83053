"""For all tests: whoever asks to see what they print (`-s`) sees it."""

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Without workers then, for xdist would swallow every line."""
    if config.option.capture == "no":
        config.option.numprocesses = 0
