"""Write what an image is made of as a CycloneDX document, from within that image.

https://cyclonedx.org/docs/1.6/json/. It lists each installed library with the hashes that it may
have come with, the interpreter, and the packages of the system below; nothing is looked up
anywhere. There is neither a time nor a random number in it, so that the same image has the same
document.
"""

import json
import platform
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

Component = dict[str, object]

_DPKG_STATUS = Path("/var/lib/dpkg/status")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_PIN = re.compile(r"^([a-z0-9-]+)==\S+", re.MULTILINE)
# Anything longer is the text of a licence and not its name.
_LICENCE_NAME_MAX = 60


def document(requirements: str, dpkg_status: str, version: str) -> Mapping[str, object]:
    """Describe the image that this runs in."""
    components = [
        interpreter(),
        *(library(found, hashes_of(requirements)) for found in distributions()),
        *system_packages(dpkg_status),
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "imagine-bot",
                "name": "imagine-bot",
                "version": version,
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": sorted(components, key=lambda component: str(component["bom-ref"])),
    }


def hashes_of(requirements: str) -> Mapping[str, Sequence[str]]:
    """Read which hashes each library may have."""
    entries = re.split(r"\n(?=\S)", requirements.strip())
    found = ((_PIN.match(entry), entry) for entry in entries)
    return {pin[1]: _HASH.findall(entry) for pin, entry in found if pin}


def library(found: Distribution, hashes: Mapping[str, Sequence[str]]) -> Component:
    """Describe an installed library."""
    name = re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower()
    purl = f"pkg:pypi/{name}@{found.version}"
    described = _component("library", name, found.version, purl) | _licences(found)
    if name in hashes:
        known = [{"alg": "SHA-256", "content": digest} for digest in hashes[name]]
        described["externalReferences"] = [{"type": "distribution", "url": purl, "hashes": known}]
    return described


def _licences(found: Distribution) -> Component:
    expression = found.metadata.get("License-Expression")
    if expression:
        return {"licenses": [{"expression": expression}]}
    name = (found.metadata.get("License") or "").strip()
    if not name or len(name) > _LICENCE_NAME_MAX:
        return {}
    return {"licenses": [{"license": {"name": name}}]}


def interpreter() -> Component:
    """Describe the Python that this runs on."""
    version = platform.python_version()
    return _component("platform", "python", version, f"pkg:generic/python@{version}")


def system_packages(dpkg_status: str) -> Iterator[Component]:
    """Describe the installed packages of a Debian."""
    for paragraph in dpkg_status.split("\n\n"):
        fields = dict(re.findall(r"^([\w-]+): (.*)$", paragraph, re.MULTILINE))
        if fields.get("Status", "").endswith(" installed"):
            name, version = fields["Package"], fields["Version"]
            escaped = version.replace("+", "%2B").replace(":", "%3A").replace("~", "%7E")
            purl = f"pkg:deb/debian/{name}@{escaped}?arch={fields['Architecture']}"
            yield _component("library", name, version, purl)


def _component(kind: str, name: str, version: str, purl: str) -> Component:
    return {"type": kind, "bom-ref": purl, "name": name, "version": version, "purl": purl}


def main() -> None:
    """Read the requirements named first; write the document of the version named second."""
    requirements, version = Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[2]
    status = _DPKG_STATUS.read_text(encoding="utf-8") if _DPKG_STATUS.exists() else ""
    json.dump(document(requirements, status, version), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
