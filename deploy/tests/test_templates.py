"""cfn-lint on every template: the plain one as it lies there, Copilot's as it would be sent to CloudFormation."""

import ast
import json

import cfnlint.api
import pytest
from cfnlint.config import ManualArgs

import copilot
import system
from tree import Tree

IGNORED = {
    # Copilot passes these three to every addon, whether it wants them or not.
    "addons": ["W2001"],
    # Copilot's own stacks are here only as far as the patches go, without what uses its other parameters and conditions.
    "stack": ["W2001", "W8001"],
    "plain": [],
}
# AWS creates and updates functions of these for years to come.
RUNTIMES = {"nodejs24.x", "python3.13"}
# More than this `aws cloudformation deploy` takes only by way of a bucket.
MOST_BYTES = 51_200


def rendered(tree: Tree) -> dict[str, dict]:
    """What Copilot would send, by kind and name."""
    stacks = {f"addons {folder}": copilot.addons(tree, folder) for folder in ("environments", *system.PROGRAMS)}
    stacks["stack environment"] = copilot.environment_stack(tree)
    for environment in copilot.ENVIRONMENTS:
        stacks[f"stack api {environment}"] = copilot.api_stack(tree, environment)
        stacks[f"stack image-handler {environment}"] = copilot.worker_stack(tree, environment)
    return stacks


def lint(kind: str, text: str) -> list[str]:
    config = ManualArgs(regions=["us-east-1"], ignore_checks=IGNORED[kind])
    return [f"{it.rule.id} line {it.linenumber}: {it.message}" for it in cfnlint.api.lint(text, config=config)]


@pytest.mark.parametrize("name", rendered(Tree()))
def test_what_copilot_sends_is_clean(name):
    assert lint(name.split()[0], json.dumps(rendered(Tree())[name], indent=1)) == []


def test_the_plain_template_is_clean():
    assert lint("plain", Tree().read(system.PLAIN)) == []


def test_the_plain_template_needs_no_bucket():
    assert len(Tree().read(system.PLAIN).encode()) <= MOST_BYTES


@pytest.mark.parametrize(
    "path, old, new",
    [
        ("copilot/environments/addons/receipts-table.yml", "PAY_PER_REQUEST", "PAY_PER_USE"),
        ("copilot/environments/addons/receipt-uploads.yml", "!Ref receiptuploadsBucket", "!Ref uploadsBucket"),
        ("copilot/api/addons/status-relay.yml", "Engine: valkey", "Engines: valkey"),
        ("copilot/image-handler/overrides/cfn.patches.yml", "TreatMissingData: notBreaching", "TreatMissingData: ignored"),
        ("copilot/api/overrides/cfn.patches.yml", "SoftLimit: 65536", "SoftLimit: many"),
        (system.PLAIN, "!Ref Cluster", "!Ref Clusters"),
        (system.PLAIN, "Runtime: python3.13", "Runtime: python3.6"),
    ],
)
def test_a_template_that_cloudformation_would_refuse_is_found(path, old, new):
    tree, found = Tree().changed(path, old, new), []
    texts = {"plain": tree.read(path)} if path == system.PLAIN else {name: json.dumps(it) for name, it in rendered(tree).items()}
    for name, text in texts.items():
        before = None if path == system.PLAIN else json.dumps(rendered(Tree())[name])
        if text != before:
            found += lint(name.split()[0], text)
    assert found


def functions(tree: Tree) -> dict[str, dict]:
    stacks = {**rendered(tree), "plain": tree.yaml(system.PLAIN)}
    return {
        f"{stack}: {name}": resource["Properties"]
        for stack, template in stacks.items()
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Lambda::Function"
    }


def test_no_function_runs_on_a_runtime_that_aws_retires():
    assert {name: it["Runtime"] for name, it in functions(Tree()).items() if it["Runtime"] not in RUNTIMES} == {}


def test_a_function_that_no_patch_lifts_is_found():
    tree = Tree().changed("copilot/api/overrides/cfn.patches.yml", "value: nodejs24.x", "value: nodejs20.x")
    assert [name for name, it in functions(tree).items() if it["Runtime"] not in RUNTIMES]


def test_inline_functions_are_python():
    inline = [it["Code"]["ZipFile"] for it in functions(Tree()).values() if it["Runtime"].startswith("python")]
    assert inline
    for code in inline:
        assert any(isinstance(it, ast.FunctionDef) and it.name == "handler" for it in ast.parse(code).body)
