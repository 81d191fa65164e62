"""The files of ``deploy/`` are well formed, and agree with the bot on names, times and codes."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from bot.settings import Settings
from bot.settings_report import known_names
from tests.meta.sources import ROOT

Manifest = dict[str, Any]

KUBERNETES = "1.37"
GRACE_S = Settings.model_fields["shutdown_grace_s"].default
# Not every system has it, and nobody needs it who has none.
SYSTEMD = shutil.which("systemd-analyze")
EXPOSURE_MAX = 20  # of 100; systemd calls up to 30 well protected


def deployed(name: str) -> str:
    return (ROOT / "deploy" / name).read_text(encoding="utf-8")


def manifests() -> dict[str, Manifest]:
    documents: list[Manifest] = list(yaml.safe_load_all(deployed("kubernetes.yaml")))
    return {document["kind"]: document for document in documents}


@pytest.fixture(scope="module")
def replica() -> Manifest:
    """Give what Kubernetes is told of each replica."""
    spec: Manifest = manifests()["StatefulSet"]["spec"]["template"]["spec"]
    return spec


@pytest.mark.parametrize("kind", list(manifests()))
def test_kubernetes_takes_a_manifest_as_it_is_written(kind: str) -> None:
    kubernetes_validate.validate(manifests()[kind], KUBERNETES, strict=True)


def test_a_slip_in_a_manifest_is_found() -> None:
    broken = manifests()["StatefulSet"]
    broken["spec"]["podManagmentPolicy"] = "OrderedReady"

    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, KUBERNETES, strict=True)


def test_every_shard_belongs_to_exactly_one_replica() -> None:
    settings = manifests()["ConfigMap"]["data"]
    each = re.fullmatch(r"auto:(\d+)", settings["SHARD_IDS"])

    assert each
    replicas = manifests()["StatefulSet"]["spec"]["replicas"]
    assert replicas * int(each[1]) == int(settings["SHARD_COUNT"])


def test_replicas_come_up_one_after_another() -> None:
    spec = manifests()["StatefulSet"]["spec"]

    assert spec["podManagementPolicy"] == "OrderedReady"
    assert spec["updateStrategy"]["type"] == "RollingUpdate"


def test_all_of_a_replica_has_one_name(replica: Manifest) -> None:
    label = {"app.kubernetes.io/name": "imagine-bot"}
    found = manifests()
    stateful = found["StatefulSet"]["spec"]

    assert stateful["template"]["metadata"]["labels"] == label
    assert stateful["selector"]["matchLabels"] == label
    assert found["Service"]["spec"]["selector"] == label
    assert found["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == label
    assert found["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"] == label
    assert stateful["serviceName"] == found["Service"]["metadata"]["name"]
    mounted = {m["name"] for c in replica["containers"] for m in c["volumeMounts"]}
    claimed = {claim["metadata"]["name"] for claim in stateful["volumeClaimTemplates"]}
    assert mounted == claimed | {volume["name"] for volume in replica["volumes"]}


def test_kubernetes_waits_longer_than_the_bot_takes_to_stop(replica: Manifest) -> None:
    assert replica["terminationGracePeriodSeconds"] > GRACE_S


def test_only_a_loop_that_stands_still_restarts_a_replica(replica: Manifest) -> None:
    (bot,) = replica["containers"]

    assert bot["livenessProbe"]["httpGet"]["path"] == "/livez"
    assert bot["startupProbe"]["httpGet"]["path"] == "/livez"
    assert bot["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_a_replica_has_no_rights(replica: Manifest) -> None:
    assert replica["securityContext"]["runAsNonRoot"] is True
    assert replica["automountServiceAccountToken"] is False
    for container in (*replica["initContainers"], *replica["containers"]):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_the_schema_is_brought_up_before_a_replica_starts(replica: Manifest) -> None:
    (before,), (bot,) = replica["initContainers"], replica["containers"]

    assert before["args"] == ["migrate"]
    assert before["image"] == bot["image"]


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """Give the unit with a program that is there."""
    text = deployed("imagine-bot.service")
    path = tmp_path / "imagine-bot.service"
    path.write_text(text.replace("/opt/imagine-bot/.venv/bin/python", sys.executable))
    return path


def _systemd(*command: str) -> subprocess.CompletedProcess[str]:
    assert SYSTEMD
    return subprocess.run(  # noqa: S603  the command is ours, whole
        [SYSTEMD, *command], capture_output=True, check=False, text=True
    )


@pytest.mark.skipif(SYSTEMD is None, reason="there is no systemd-analyze here")
def test_systemd_takes_the_unit_as_it_is_written(unit: Path) -> None:
    verified = _systemd("verify", "--man=no", str(unit))

    assert (verified.returncode, verified.stderr) == (0, "")


@pytest.mark.skipif(SYSTEMD is None, reason="there is no systemd-analyze here")
def test_systemd_finds_the_unit_well_protected(unit: Path) -> None:
    judged = _systemd("security", "--offline=true", f"--threshold={EXPOSURE_MAX}", str(unit))

    assert judged.returncode == 0, judged.stdout[-500:]


def test_the_unit_restarts_nothing_that_a_restart_cannot_mend() -> None:
    lines = deployed("imagine-bot.service").splitlines()
    stop_s = next(line for line in lines if line.startswith("TimeoutStopSec="))

    assert "RestartPreventExitStatus=2 3" in lines
    assert int(stop_s.partition("=")[2]) > GRACE_S


@pytest.fixture(scope="module")
def egg() -> Manifest:
    document: Manifest = json.loads(deployed("pterodactyl-egg.json"))
    return document


def test_the_egg_has_what_a_panel_imports(egg: Manifest) -> None:
    assert egg["meta"]["version"] == "PTDL_v2"
    assert set(egg["scripts"]["installation"]) == {"script", "container", "entrypoint"}
    assert all(isinstance(json.loads(egg["config"][part]), dict) for part in ("files", "logs"))
    assert egg["config"]["stop"] == "^C"
    assert egg["docker_images"]


def test_the_egg_knows_the_line_that_tells_of_readiness(egg: Manifest) -> None:
    awaited = json.loads(egg["config"]["startup"])["done"]

    assert awaited in "09:33:49  INFO     ready  imagine#0  2 servers  1 shard  0.6 s"


def test_every_variable_of_the_egg_is_complete_and_set_once(egg: Manifest) -> None:
    fields = {
        "name",
        "description",
        "env_variable",
        "default_value",
        "user_viewable",
        "user_editable",
        "rules",
        "field_type",
    }
    variables = egg["variables"]
    names = [variable["env_variable"] for variable in variables]

    assert all(set(variable) == fields for variable in variables)
    assert len(set(names)) == len(names)
    assert all(isinstance(variable["default_value"], str) for variable in variables)


@pytest.mark.parametrize("source", ["ConfigMap", "egg"])
def test_what_is_deployed_names_settings_that_are_there(source: str, egg: Manifest) -> None:
    in_map = set(manifests()["ConfigMap"]["data"])
    in_egg = {variable["env_variable"] for variable in egg["variables"]}

    assert (in_map if source == "ConfigMap" else in_egg) <= set(known_names())


def test_what_must_be_set_is_asked_for_by_the_egg(egg: Manifest) -> None:
    asked = {variable["env_variable"]: variable for variable in egg["variables"]}

    for name in ("DISCORD_TOKEN", "GET3W_API_KEY"):
        assert asked[name]["default_value"] == ""
        assert "required" in asked[name]["rules"]
