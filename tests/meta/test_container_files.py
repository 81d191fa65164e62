"""What the container files promise, as far as it can be read without building them."""

import re

import pytest

from tests.meta.sources import ROOT


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _instructions(text: str) -> str:
    """Leave out the comments."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return _read("Dockerfile")


def test_every_stage_comes_from_the_same_base(dockerfile: str) -> None:
    stages = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)

    assert len(stages) == 2
    assert set(stages) == {"${PYTHON_IMAGE}"}


def test_the_image_runs_as_a_numeric_user_without_rights(dockerfile: str) -> None:
    assert re.findall(r"^USER (.+)", dockerfile, re.MULTILINE) == ["10001:10001"]


def test_signals_reach_the_bot_because_no_shell_stands_between(dockerfile: str) -> None:
    assert 'ENTRYPOINT ["python", "-m", "bot"]' in dockerfile.splitlines()


def test_only_the_application_and_its_requirements_are_copied(dockerfile: str) -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.MULTILINE)

    assert copied == [
        "requirements/run.txt",
        "deploy/sbom.py",
        "deploy/import_all.py",
        "bot",
        "cogs",
    ]


def test_the_build_context_is_what_the_image_copies(dockerfile: str) -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.MULTILINE)
    patterns = [line for line in _read(".dockerignore").splitlines() if line[:1] not in {"", "#"}]

    assert patterns[0] == "*"
    assert sorted(p[1:] for p in patterns if p.startswith("!")) == sorted(copied)


def test_nothing_names_a_processor(dockerfile: str) -> None:
    assert not re.search(r"amd64|arm64|x86|aarch64|--platform", _instructions(dockerfile))


def test_the_bot_itself_is_asked_for_its_health(dockerfile: str) -> None:
    assert 'CMD ["python", "-m", "bot", "health"]' in dockerfile
    assert "HEALTHCHECK" in dockerfile


def test_bytecode_is_not_held_against_its_source(dockerfile: str) -> None:
    runs = re.findall(r"compileall(?:.|\\\n)*?(?=&&|\n\n)", dockerfile)

    assert len(runs) == 2
    assert all("--invalidation-mode unchecked-hash" in run for run in runs)


def test_requirements_are_installed_by_hash(dockerfile: str) -> None:
    installs = re.findall(r"pip .*?install(?:.|\\\n)*?-r \S+", dockerfile)

    assert installs
    assert all("--require-hashes" in command for command in installs)
