"""The manifests say only what Copilot knows, and name only what is there."""

import jsonschema
import pytest

import copilot
import system
from tree import Tree

MANIFESTS = [f"copilot/{it}/manifest.yml" for it in (*system.PROGRAMS, *(f"environments/{name}" for name in copilot.ENVIRONMENTS))]


def problems(tree: Tree) -> list[str]:
    schema, found = tree.yaml("deploy/tests/manifests.schema.yml"), []
    read = {path: tree.yaml(path) for path in MANIFESTS}
    for path, manifest in read.items():
        kind = manifest.get("type")
        if kind not in schema["$defs"]:
            found.append(f"{path}: there is no type {kind}")
            continue
        validator = jsonschema.Draft202012Validator({**schema, "$ref": f"#/$defs/{kind}"})
        for error in validator.iter_errors(manifest):
            found.append(f"{path}: {'.'.join(map(str, error.absolute_path))}: {error.message}")
        if manifest["name"] != path.split("/")[-2]:
            found.append(f"{path}: {manifest['name']} lies in the wrong folder")
        for environment in set(manifest.get("environments", {})) - set(copilot.ENVIRONMENTS):
            found.append(f"{path}: there is no environment {environment}")
        for name, parameter in manifest.get("secrets", {}).items():
            if not parameter.endswith(f"/{name}"):
                found.append(f"{path}: {name} is read from {parameter}")
        if dockerfile := manifest.get("image", {}).get("build", {}).get("dockerfile"):
            if dockerfile not in tree.glob("Dockerfile.*"):
                found.append(f"{path}: there is no {dockerfile}")
    published = {(it["name"], topic["name"]) for it in read.values() for topic in it.get("publish", {}).get("topics", [])}
    for path, manifest in read.items():
        for topic in manifest.get("subscribe", {}).get("topics", []):
            if (topic["service"], topic["name"]) not in published:
                found.append(f"{path}: {topic['service']} publishes no {topic['name']}")
    application = tree.yaml("copilot/.workspace")["application"]
    if application != copilot.APP:
        found.append(f"the application is {application}")
    return found


def test_every_manifest_says_what_copilot_knows():
    assert problems(Tree()) == []


API, WORKER = "copilot/api/manifest.yml", "copilot/image-handler/manifest.yml"


@pytest.mark.parametrize(
    "path, old, new, named",
    [
        (API, "deregistration_delay:", "deregistration-delay:", "deregistration-delay"),
        (API, "  healthcheck:", "  health_check:", "health_check"),
        (API, "unhealthy_threshold: 3", "unhealthy_treshold: 3", "unhealthy_treshold"),
        (API, "interval: 10s", "interval: 10", "interval"),
        (API, "Dockerfile.api", "Dockerfile.apis", "no Dockerfile.apis"),
        (API, "readonly_fs: true", "read_only: true", "read_only"),
        (API, "memory: 512", "memory: 500", "memory"),
        (API, "name: newImage", "name: new-image", "new-image"),
        (API, "range: 1-2", "range: 2", "count.range"),
        (API, 'UPLOADS_PER_MINUTE: "30"', "UPLOADS_PER_MINUTE: 30", "UPLOADS_PER_MINUTE"),
        (API, "secrets/SESSION_KEY", "secrets/SESSIONKEY", "SESSIONKEY"),
        (API, "placement: public", "placement: private", "placement"),
        (API, "  prod:", "  production:", "no environment production"),
        (WORKER, "service: api", "service: apis", "apis publishes no newImage"),
        (WORKER, "name: newImage", "name: newImages", "api publishes no newImages"),
        (WORKER, "dead_letter:", "dead_letters:", "dead_letters"),
        (WORKER, "spot_from: 2", "spot: 2", "spot"),
        (WORKER, "linux/x86_64", "linux/arm64", "platform"),
        (WORKER, "msg_processing_time: 1s", "message_processing_time: 1s", "message_processing_time"),
        ("copilot/environments/test/manifest.yml", "observability", "observation", "observation"),
        ("copilot/environments/test/manifest.yml", "name: test", "name: prod", "wrong folder"),
        ("copilot/.workspace", "receipt-scanner", "receipts", "the application is receipts"),
    ],
)
def test_a_wrong_manifest_is_found(path, old, new, named):
    found = problems(Tree().changed(path, old, new))
    assert any(named in line for line in found), found


def test_a_key_that_stands_twice_is_found():
    with pytest.raises(ValueError, match="stands twice"):
        problems(Tree().changed(API, "cpu: 256\n", "cpu: 256\ncpu: 512\n"))


def test_a_variable_that_the_operator_is_not_told_of_is_found():
    with pytest.raises(KeyError, match="RECEIPTS_HOST"):
        system.as_copilot_makes_it(Tree().changed(API, "https://${RECEIPTS_DOMAIN}", "https://${RECEIPTS_HOST}"), "test")
