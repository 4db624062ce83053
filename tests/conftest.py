"""For all tests: children keep what they compile, and whoever asks to see what tests print (`-s`) sees it."""

import os

import hypothesis
import pytest

# Hundreds of children are started; each would compile the whole project for itself.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# An example that takes longer on a busy machine is no failure.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Without workers then, for xdist would swallow every line."""
    if config.option.capture == "no":
        config.option.numprocesses = 0
