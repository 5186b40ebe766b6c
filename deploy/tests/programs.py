"""What the programs say of themselves (`PROGRAM describe`): variables, calls of AWS, limits; and what these calls must be allowed."""

from __future__ import annotations

import copy
import json
import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tree import ROOT, Tree


def program(name: str) -> Path:
    """The debug build that tests use."""
    path = ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "debug" / name
    assert path.exists(), f"{path} is missing: scripts/test-infra builds it"
    return path


def described(tree: Tree, name: str) -> dict:
    """A program's description, as it gives it or as a test of the checks has changed it."""
    if name in tree.descriptions:
        return copy.deepcopy(tree.descriptions[name])
    return json.loads(_said(name))


def changed(tree: Tree, name: str, change) -> Tree:
    """The same tree with a program that describes itself otherwise: `change` edits what it says, which must make a difference."""
    before = described(tree, name)
    after = copy.deepcopy(before)
    change(after)
    assert after != before, f"the change leaves what {name} says as it is"
    return Tree(tree.texts, {**tree.descriptions, name: after})


@cache
def _said(name: str) -> str:
    # No variable needs to be set, and none that is set may show.
    return subprocess.run([program(name), "describe"], capture_output=True, text=True, check=True, env={}).stdout


@dataclass(frozen=True)
class Variable:
    name: str
    required: bool
    default: str | None
    secret: bool


def variables(tree: Tree, name: str) -> dict[str, Variable]:
    listed = described(tree, name)["variables"]
    return {it["name"]: Variable(it["name"], it["required"], it["default"], it["secret"]) for it in listed}


def calls(description: dict, service: str, operation: str, **on: str) -> list[dict]:
    """The calls of a description that are these, to be changed; at least one."""
    wanted = {"service": service, "operation": operation, **on}
    found = [call for call in description["awsCalls"] if wanted.items() <= call.items()]
    assert found, f"no call {wanted}"
    return found


TABLE, BUCKET = "<receiptsTable.Arn>", "<receiptuploadsBucket.Arn>"
# S3's operations that go by the name of another's permission. https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
S3_ACTIONS = {
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "HeadObject": "GetObject",
}
# What a transaction does is allowed by the names of its parts.
TRANSACTION_PARTS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


def needs(tree: Tree, name: str) -> set[tuple[str, str]]:
    """What a program's calls must be allowed: pairs of action and resource."""
    return set().union(*(_needs(call) for call in described(tree, name)["awsCalls"]))


def _needs(call: dict) -> set[tuple[str, str]]:
    service, operation = call["service"], call["operation"]
    match service:
        case "s3":
            return _on_objects(S3_ACTIONS.get(operation, operation), call["prefix"])
        case "textract":
            # It reads a picture in the bucket with the caller's own rights.
            return {(f"textract:{operation}", "*"), *(_on_objects("GetObject", call["prefix"]) if "prefix" in call else ())}
        case "dynamodb":
            action = TRANSACTION_PARTS[call["part"]] if "part" in call else operation
            return {(f"dynamodb:{action}", f"{TABLE}/index/*" if "index" in call else TABLE)}
        case "sns":
            return {(f"sns:{operation}", f"<{call['topic']}SNSTopic>")}
        case "sqs":
            return {(f"sqs:{operation.removesuffix('Batch')}", f"<{call['queue']}.Arn>")}
    raise ValueError(f"it is not known what {call} must be allowed")


def _on_objects(action: str, prefix: str) -> set[tuple[str, str]]:
    found = {(f"s3:{action}", f"{BUCKET}/{prefix}*")}
    if action == "GetObject":
        # Without the permission to list, S3 answers 403 for a key that is not there.
        found.add(("s3:ListBucket", BUCKET))
    return found
