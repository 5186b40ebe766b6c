"""docs/operations.md names what is there."""

import re

import copilot
import system
from tree import Tree

DOCS = Tree().read("docs/operations.md")


def test_a_new_account_takes_ten_commands():
    block = re.search(r"## To a new account.*?```sh\n(.*?)```", DOCS, re.S)[1]
    commands = block.replace("\\\n", " ").strip().splitlines()
    assert len(commands) <= 10
    for program in system.PROGRAMS:
        assert any(f"copilot deploy --init-wkld --deploy-env=false --env test --name {program}" in it for it in commands)
        for secret in system.as_copilot_makes_it(Tree(), "test").secrets(program):
            assert any(f"copilot secret init --name {secret} " in it for it in commands)
    assert f"copilot app init {copilot.APP} " in block


def test_every_alarm_is_explained():
    alarms = {
        name for name, it in system.as_copilot_makes_it(Tree(), "prod").resources.items() if it["Type"] == "AWS::CloudWatch::Alarm"
    }
    assert set(re.findall(r"^\| `(\w+Alarm)` \|", DOCS, re.M)) == alarms


def test_alarms_reach_a_person_or_scale():
    scaling = {"WaitingMessageAlarm": ["<WakeUpFunction.Arn>"], "BacklogAlarm": ["<BacklogScalingPolicy>"]}
    for described in (system.as_copilot_makes_it(Tree(), "prod"), system.plain(Tree(), "prod")):
        for name, it in described.resources.items():
            if it["Type"] == "AWS::CloudWatch::Alarm":
                assert it["Properties"]["AlarmActions"] == scaling.get(name, ["<alarmsSNSTopic>"]), name


def test_the_parameters_of_the_plain_template_are_those_that_the_docs_give():
    given = set(re.findall(r"(\w+)=(?:test|…|receipts|arn)", re.search(r"--parameter-overrides (.*)", DOCS)[1]))
    parameters = Tree().yaml(system.PLAIN)["Parameters"]
    assert given <= set(parameters)
    assert {name for name, it in parameters.items() if "Default" not in it} <= given


def test_the_files_that_the_docs_name_are_there():
    named = set(re.findall(r"`((?:copilot|deploy|docs|scripts|web)/[\w./-]+\.\w+)`", DOCS))
    assert named and named <= {path for path in named if Tree().glob(path)}
