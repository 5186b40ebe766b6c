"""AWS by ministack, on a free port of this machine, for as long as a `with` lasts."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import botocore.session

MINISTACK = Path(sys.executable).with_name("ministack")
# For the SDKs; ministack asks for none.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
# What ministack cannot create: resources of these types, and alarms that compute with several metrics.
MISSING = ("AWS::ApplicationAutoScaling::", "AWS::ElastiCache::ServerlessCache", "AWS::CloudFormation::Stack", "Custom::")


class Emulator:
    def __init__(self, log: Path):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log

    def __enter__(self) -> Emulator:
        surroundings = {**os.environ, **CREDENTIALS, "GATEWAY_PORT": str(self.port), "BIND_HOST": "127.0.0.1", "MINISTACK_HOST": "127.0.0.1"}
        with self.log.open("w") as log:
            self.process = subprocess.Popen([MINISTACK], env=surroundings, stdout=log, stderr=subprocess.STDOUT)
        until(lambda: answers(f"{self.url}/_ministack/health"), self.process)
        return self

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)

    def client(self, service: str):
        session = botocore.session.get_session()
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return session.create_client(service, region_name="us-east-1", endpoint_url=self.url, **keys)

    def create(self, name: str, template: dict, **given: str) -> dict[str, str]:
        """Creates a stack of what ministack knows of the template; the resources' names or ARNs by logical id."""
        cloudformation = self.client("cloudformation")
        parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
        body = json.dumps(known(template))
        cloudformation.create_stack(StackName=name, TemplateBody=body, Parameters=parameters, Capabilities=["CAPABILITY_IAM"])
        state = until(lambda: _ended(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]), self.process)
        events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        failed = [f"{it['LogicalResourceId']}: {it.get('ResourceStatusReason')}" for it in events if "FAILED" in it["ResourceStatus"]]
        assert state == "CREATE_COMPLETE" and not failed, failed
        found = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        return {it["LogicalResourceId"]: it["PhysicalResourceId"] for it in found}


def known(template: dict) -> dict:
    """The template without what ministack cannot create, and without what refers to that."""
    resources = template["Resources"]
    gone = {
        name
        for name, it in resources.items()
        if it["Type"].startswith(MISSING) or (it["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in it["Properties"])
    }
    left = {name: it for name, it in resources.items() if name not in gone}
    for name, it in left.items():
        if it["Type"] == "AWS::CloudWatch::Alarm":
            actions = it["Properties"]["AlarmActions"]
            left[name] = {**it, "Properties": {**it["Properties"], "AlarmActions": [a for a in actions if not _names(a, gone)]}}
        if it["Type"] == "AWS::ECS::TaskDefinition":
            (container,) = it["Properties"]["ContainerDefinitions"]
            kept = [variable for variable in container["Environment"] if not _names(variable, gone)]
            left[name] = {**it, "Properties": {**it["Properties"], "ContainerDefinitions": [{**container, "Environment": kept}]}}
    return {**template, "Resources": left}


def _names(value, gone: set[str]) -> bool:
    text = json.dumps(value)
    return any(f'"{name}"' in text or f"{{{name}." in text or f"{{{name}}}" in text for name in gone)


def _ended(state: str) -> str | None:
    return None if state.endswith("IN_PROGRESS") else state


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def until(look, process: subprocess.Popen | None = None, within: float = 60):
    """What `look` finds as soon as it finds something; fails once the process it depends on is gone."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if found := look():
            return found
        assert process is None or process.poll() is None, f"{process.args[0]} ended with {process.returncode}"
        time.sleep(0.05)
    raise AssertionError(f"did not happen within {within} s")
