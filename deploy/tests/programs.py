"""What the programs want of their surroundings, read from their sources: variables, and operations of AWS."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import botocore.session

from tree import ROOT, Tree

SERVICES = ["dynamodb", "s3", "sns", "sqs", "textract"]


@dataclass(frozen=True)
class Variable:
    name: str
    required: bool
    default: str | None
    hidden: bool


def variables(tree: Tree, program: str) -> dict[str, Variable]:
    """By the attributes of clap in the program's one configuration struct."""
    found = {}
    argument = re.compile(r"#\[arg\((?P<arg>[^\]]*?)\)\]\s*pub(?:\(crate\))? \w+: (?P<type>[^,]+),")
    for match in argument.finditer(tree.read(f"{program}/src/config.rs")):
        name = re.search(r'env = "(\w+)"', match["arg"])
        if not name:
            continue
        default = re.search(r'default_value = "([^"]*)"', match["arg"])
        optional = default or match["type"].startswith("Option<")
        found[name[1]] = Variable(
            name[1], not optional, default[1] if default else None, "hide_env_values = true" in match["arg"]
        )
    return found


def program(name: str) -> Path | None:
    """The debug build that tests leave behind, if there is one."""
    path = ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "debug" / name
    return path if path.exists() else None


@dataclass(frozen=True)
class Need:
    """A call of the program: what it must be allowed, and on what: below which prefix of the bucket, on an index of the
    table, on the dead-letter queue instead of the queue."""

    action: str
    prefix: str | None = None
    index: bool = False
    dead_letters: bool = False


# S3's operations that go by the name of another's permission. https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
S3_ACTIONS = {
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "HeadObject": "GetObject",
    "DeleteObjects": "DeleteObject",
}
# How the code spells the keys that lie below a prefix.
PREFIXES = {"uploads/": r"\b\w*key\w*(?:\(\))?\.to_string\(\)", "analysis/": r"\.analysis\(\)", "receipts/": r"\.mined\("}
# What a transaction does is allowed by the names of its parts.
TRANSACTION_PARTS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


def needs(tree: Tree, program: str) -> set[Need]:
    """Every operation that the program's own sources call, and those of the ledger's that its calls lead to."""
    own = [function for text in tree.rust(program).values() for function in _functions(text)]
    ledger = [function for text in tree.rust("ledger").values() for function in _functions(text)]
    called = {name for function in own for name in re.findall(r"\bledger(?:\(\))?\s*\.\s*(\w+)\(", function.body)}
    reached = _reached(ledger, called)
    found = set()
    for function in own:
        found |= _calls(function, own)
    for function in reached:
        found |= _calls(function, ledger)
    return found


@dataclass(frozen=True)
class _Function:
    name: str
    body: str


def _functions(text: str) -> list[_Function]:
    """Each `fn` with its braces; what stands in none is one more, without a name."""
    found, rest, end = [], [], 0
    for match in re.finditer(r"^ *(?:pub(?:\(crate\))? )?(?:const )?(?:async )?fn (\w+)[^;{]*\{", text, re.M):
        if match.start() < end:
            continue
        depth, end = 1, match.end()
        while depth and end < len(text):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        found.append(_Function(match[1], re.sub(r"//[^\n]*", "", text[match.start() : end])))
        rest.append((match.start(), end))
    outside = "".join(text[a:b] for a, b in zip([0] + [b for _, b in rest], [a for a, _ in rest] + [len(text)]))
    return [*found, _Function("", re.sub(r"//[^\n]*", "", outside))]


def _reached(functions: list[_Function], called: set[str]) -> list[_Function]:
    found, waiting = [], set(called)
    while waiting:
        name = waiting.pop()
        for function in functions:
            if function.name == name and function not in found:
                found.append(function)
                # Within the crate a function is called as `self.name(`, `Self::name(` or by its bare name.
                names = set(re.findall(r"(?:self\s*\.\s*|Self::|(?<![.\w:]))(\w+)\(", function.body))
                waiting |= names & {other.name for other in functions}
    return found


def _calls(function: _Function, siblings: list[_Function]) -> set[Need]:
    found = set()
    for call in re.finditer(r"\.(\w+)\(\)\s*\.(?:set_)?(\w+)\(", function.body):
        for service, operation in _operations().get((call[1], call[2]), []):
            if operation == "TransactWriteItems":
                continue
            action = S3_ACTIONS.get(operation, operation) if service == "s3" else operation
            if service == "s3":
                for prefix in _prefixes(function, siblings):
                    found.add(Need(f"s3:{action}", prefix))
            elif service == "sqs":
                # By its name only the dead-letter queue is asked for: the queue's address is given.
                queue = re.search(r"\.queue_url\(([^)]*)\)", function.body[call.start() :])
                dead = operation == "GetQueueUrl" or bool(queue and "dead" in queue[1])
                found.add(Need(f"{service}:{action.removesuffix('Batch')}", dead_letters=dead))
            else:
                found.add(Need(f"{service}:{action}", index=".index_name(" in function.body))
    for part in re.findall(r"\b(Put|Update|Delete|ConditionCheck)::builder\(\)", function.body):
        found.add(Need(f"dynamodb:{TRANSACTION_PARTS[part]}"))
    return found


def _prefixes(function: _Function, siblings: list[_Function]) -> set[str]:
    """The prefixes of the keys that a function names, or else those that its callers do."""
    named = {prefix for prefix, spelling in PREFIXES.items() if re.search(spelling, function.body)}
    if named:
        return named
    callers = [other for other in siblings if re.search(rf"self\.{function.name}\(", other.body) and other != function]
    named = set().union(*(_prefixes(caller, siblings) for caller in callers)) if callers else set()
    if not named:
        raise ValueError(f"it cannot be told which keys {function.name} asks S3 for")
    return named


@cache
def _operations() -> dict[tuple[str, str], list[tuple[str, str]]]:
    """From a call as the SDK for Rust spells it, `.put_item().table_name(`, to service and operation."""
    session = botocore.session.get_session()
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for service in SERVICES:
        model = session.get_service_model(service)
        for operation in model.operation_names:
            shape = model.operation_model(operation).input_shape
            for member in shape.members if shape else []:
                found.setdefault((_snake(operation), _snake(member)), []).append((service, operation))
    return found


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
