"""One night of a small clan, to disturb in every way; each case works on a copy of its own.

With `--write-fault-table` the table of the README is written anew, if no fault went badly.
"""

from collections import defaultdict
from collections.abc import Iterator

import fault_page
import pytest
from fault_kit import Night, a_night
from registry import everything, shown_by

Key = tuple[str, str, str]
results: dict[Key, set[str]] = defaultdict(set)


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    with a_night(tmp_path_factory.mktemp("night")) as lived:
        yield lived


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-fault-table", action="store_true", help="write the README's table of faults anew")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "faults":
            item.user_properties += [("fault", list(told.key)) for told in shown_by(item)]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Reports of workers come here, too."""
    for name, key in report.user_properties:
        if name != "fault" or (report.passed and report.when != "call"):
            continue
        assert isinstance(key, list)
        why = report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""
        results[tuple(key)].add(
            "failed" if report.failed else f"skipped: {why}" if report.skipped else fault_page.PASSED
        )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not config.getoption("--write-fault-table", default=False):
        return
    asked = [told.key for told in everything()]
    failed = [key for key in asked if "failed" in results[key]]
    if failed:
        terminalreporter.write_line(f"The table of faults is left as it is; failed: {failed}.")
        return
    fault_page.write({key: _mark(results[key] or {fault_page.UNPLAYED}) for key in asked})
    terminalreporter.write_line(f"The table of faults in {fault_page.README.name} is written.")


def _mark(found: set[str]) -> str:
    return fault_page.PASSED if fault_page.PASSED in found else min(found)
