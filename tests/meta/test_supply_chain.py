"""What is installed and what runs in continuous integration is named exactly."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.meta.sources import ROOT

_REQUIREMENTS = ("run", "dev")
_PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)
_HASHED_ACTION = re.compile(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


def _requirements(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def _workflows() -> list[Path]:
    return sorted((ROOT / ".github/workflows").glob("*.yml"))


@pytest.mark.parametrize("name", _REQUIREMENTS)
def test_every_requirement_has_one_release_and_its_hashes(name: str) -> None:
    entries = re.split(r"\n(?=\S)", _requirements(name).strip())

    assert all(_PIN.match(entry) and "--hash=sha256:" in entry for entry in entries)


def test_development_runs_the_releases_that_the_bot_runs() -> None:
    run, dev = (dict(_PIN.findall(_requirements(name))) for name in _REQUIREMENTS)

    assert run.items() <= dev.items()


def test_actions_are_pinned_to_a_commit_with_their_version_beside_it() -> None:
    uses = [
        line.split("uses:")[1].strip()
        for workflow in _workflows()
        for line in workflow.read_text(encoding="utf-8").splitlines()
        if "uses:" in line
    ]

    assert uses
    assert [use for use in uses if not _HASHED_ACTION.match(use)] == []


def test_workflows_start_without_any_permission() -> None:
    texts = [workflow.read_text(encoding="utf-8") for workflow in _workflows()]

    assert all("\npermissions: {}\n" in text and "write" not in text for text in texts)


def _jobs() -> dict[str, Any]:
    text = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    jobs: dict[str, Any] = yaml.safe_load(text)["jobs"]
    return jobs


def test_a_merge_waits_for_the_tests_and_for_the_image_on_both_processors() -> None:
    jobs = _jobs()

    assert set(jobs["required"]["needs"]) == {"check-and-test", "image"}
    assert jobs["image"]["strategy"]["matrix"]["machine"] == ["ubuntu-latest", "ubuntu-24.04-arm"]


def test_known_vulnerabilities_of_every_requirement_are_looked_up() -> None:
    commands = [step.get("run", "") for step in _jobs()["audit"]["steps"]]

    assert any("pip-audit" in run and "requirements/dev.txt" in run for run in commands)


def test_the_list_of_what_the_image_is_made_of_is_kept() -> None:
    steps = _jobs()["image"]["steps"]

    assert any("IMAGE_SBOM=sbom.cdx.json" in step.get("run", "") for step in steps)
    assert any(step.get("with", {}).get("path") == "sbom.cdx.json" for step in steps)


def test_nothing_of_the_checkout_stays_behind_for_later_steps() -> None:
    steps = [step for job in _jobs().values() for step in job["steps"]]
    checkouts = [step for step in steps if step.get("uses", "").startswith("actions/checkout@")]

    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)
