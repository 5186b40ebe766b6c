"""Every variable that a program reads is set or has a default, and none is set that no program reads."""

import re

import pytest

import copilot
import programs
import system
from tree import Tree


def problems(tree: Tree) -> list[str]:
    found = []
    for environment in copilot.ENVIRONMENTS:
        for what, described in (("copilot/", system.as_copilot_makes_it(tree, environment)), (system.PLAIN, system.plain(tree, environment))):
            for program in system.PROGRAMS:
                found += [f"{what}, {environment}, {program}: {line}" for line in _of(tree, program, described)]
    return found


def _of(tree: Tree, program: str, described: system.System) -> list[str]:
    read = programs.variables(tree, program)
    given, secret = described.variables(program), described.secrets(program)
    found = [f"{name} is set, but nobody reads it" for name in sorted({*given, *secret} - {*read})]
    for variable in read.values():
        if variable.required and variable.name not in {*given, *secret}:
            found.append(f"{variable.name} is required and not set")
        if variable.required and variable.secret and variable.name not in secret:
            found.append(f"{variable.name} is a secret and stands in the open")
    if program == "api":
        port = read["LISTEN_ADDR"].default.rpartition(":")[2]
        ports = [str(it["ContainerPort"]) for it in described.container(program)["PortMappings"]]
        if ports != [port]:
            found.append(f"api listens on port {port}, requests go to {ports}")
    else:
        tries = described.resources["EventsQueue"]["Properties"]["RedrivePolicy"]["maxReceiveCount"]
        if given.get("QUEUE_MAX_RECEIVES") != str(tries):
            found.append(f"QUEUE_MAX_RECEIVES is {given.get('QUEUE_MAX_RECEIVES')}, the queue's limit {tries}")
    stopping = programs.described(tree, program)["limits"]["stopSeconds"]
    if described.container(program)["StopTimeout"] <= stopping:
        found.append(f"{program} takes up to {stopping} s to stop and is killed after {described.container(program)['StopTimeout']}")
    return found


def test_the_programs_get_what_they_read():
    assert problems(Tree()) == []


MANIFEST, WORKER = "copilot/api/manifest.yml", "copilot/image-handler/manifest.yml"


@pytest.mark.parametrize(
    "path, old, new, named",
    [
        (MANIFEST, "RECEIPTS_TABLE:", "RECEIPT_TABLE:", "RECEIPTS_TABLE is required"),
        (MANIFEST, "RECEIPTS_TABLE:", "RECEIPT_TABLE:", "RECEIPT_TABLE is set, but nobody reads it"),
        (MANIFEST, "port: 8080", "port: 8081", "port 8080"),
        (MANIFEST, "  SESSION_KEY: /copilot", "  SESSION_KEYS: /copilot", "SESSION_KEY is required"),
        (WORKER, 'QUEUE_MAX_RECEIVES: "10"', 'QUEUE_MAX_RECEIVES: "9"', "QUEUE_MAX_RECEIVES is 9"),
        ("copilot/api/addons/status-relay.yml", "  StatusRelayUrl:", "  StatusRelayAddress:", "STATUS_RELAY_ADDRESS is set"),
        ("copilot/api/overrides/cfn.patches.yml", "StopTimeout\n  value: 30", "StopTimeout\n  value: 15", "killed after 15"),
        (system.PLAIN, "Name: FINGERPRINT_KEY\n", "Name: FINGERPRINT\n", "FINGERPRINT_KEY is required"),
        (system.PLAIN, "{ Name: RUST_LOG, Value: info }", "{ Name: RUST_LOGS, Value: info }", "RUST_LOGS is set"),
    ],
)
def test_a_wrong_variable_is_found(path, old, new, named):
    assert any(named in line for line in problems(Tree().changed(path, old, new)))


def _read_otherwise(variable_name: str, **how):
    def change(description: dict) -> None:
        (variable,) = [it for it in description["variables"] if it["name"] == variable_name]
        variable.update(how)

    return change


@pytest.mark.parametrize(
    "program, change, named",
    [
        ("api", _read_otherwise("WEB_ROOT", required=True, default=None), "WEB_ROOT is required"),
        ("api", _read_otherwise("IMAGE_STATUS_SNS_TOPIC", secret=True), "IMAGE_STATUS_SNS_TOPIC is a secret"),
        ("api", _read_otherwise("LISTEN_ADDR", default="0.0.0.0:80"), "api listens on port 80,"),
        ("api", _read_otherwise("UPLOADS_PER_MINUTE", name="UPLOADS_A_MINUTE"), "UPLOADS_PER_MINUTE is set, but nobody reads it"),
        ("image-handler", _read_otherwise("RUST_LOG", name="LOG"), "RUST_LOG is set, but nobody reads it"),
        ("image-handler", lambda it: it["limits"].update(stopSeconds=40), "up to 40 s"),
    ],
)
def test_a_program_that_reads_something_else_is_found(program, change, named):
    assert any(named in line for line in problems(programs.changed(Tree(), program, change)))


def undocumented(tree: Tree) -> list[str]:
    """What the README's table of a program's variables has otherwise than the program."""
    found = []
    for program in system.PROGRAMS:
        table = tree.read("README.md").partition(f"### `{program}`\n")[2].partition("\n\n###")[0]
        told = dict(re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", table, re.M))
        read = programs.variables(tree, program)
        # It is in the text, being the same for both.
        names = set(read) - {"RUST_LOG"}
        found += [f"{program} reads {name}, which README.md does not name" for name in sorted(names - set(told))]
        found += [f"README.md names {name}, which {program} does not read" for name in sorted(set(told) - names)]
        for name in sorted(names & set(told)):
            variable = read[name]
            if variable.required != (told[name] == "required") or (variable.default and told[name] != f"`{variable.default}`"):
                found.append(f"README.md says {told[name]} of {name}, {program} has {variable.default or 'no default'}")
    return found


def test_the_readme_names_every_variable():
    assert undocumented(Tree()) == []


@pytest.mark.parametrize(
    "old, new, named",
    [
        ("| `WEB_ROOT` |", "| `WEB_ROUTE` |", "api reads WEB_ROOT"),
        ("| `WEB_ROOT` |", "| `WEB_ROUTE` |", "names WEB_ROUTE"),
        ("| `WORKER_CONCURRENCY` | `8` |", "| `WORKER_CONCURRENCY` | `9` |", "says `9` of WORKER_CONCURRENCY"),
        ("| `SESSION_KEY` | required |", "| `SESSION_KEY` | none |", "says none of SESSION_KEY"),
    ],
)
def test_a_variable_that_the_readme_has_wrong_is_found(old, new, named):
    found = undocumented(Tree().changed("README.md", old, new))
    assert any(named in line for line in found), found
