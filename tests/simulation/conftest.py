"""Says at the end how many cases were enumerated, whichever processes ran them."""

import pytest

_PASSED = "passed"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    counts = [
        int(str(count))
        for report in terminalreporter.stats.get(_PASSED, ())
        for name, count in report.user_properties
        if name == "cases"
    ]
    if counts:
        terminalreporter.write_line(f"simulation: {sum(counts)} cases enumerated, all kept")
