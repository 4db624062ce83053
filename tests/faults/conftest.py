"""One night of a small clan, to disturb in every way; each case works on a copy of its own."""

from collections.abc import Iterator

import pytest
from fault_kit import Night, a_night


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    with a_night(tmp_path_factory.mktemp("night")) as lived:
        yield lived
