"""Every variable that a program reads is set or has a default, and none is set that no program reads."""

import os
import re
import subprocess

import pytest

import copilot
import programs
import system
from tree import Tree

# Read by both programs, but not by clap.
OTHERS = {"RUST_LOG": "service/src/lib.rs"}


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
    found = [f"{name} is set, but nobody reads it" for name in sorted({*given, *secret} - {*read, *OTHERS})]
    for variable in read.values():
        if variable.required and variable.name not in {*given, *secret}:
            found.append(f"{variable.name} is required and not set")
        if variable.required and variable.hidden and variable.name not in secret:
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
    source = "api/src/app.rs" if program == "api" else "image-handler/src/worker.rs"
    grace = int(re.search(r"const GRACE: Duration = Duration::from_secs\((\d+)\)", tree.read(source))[1])
    if described.container(program)["StopTimeout"] <= grace:
        found.append(f"{program} takes up to {grace} s to stop and is killed after {described.container(program)['StopTimeout']}")
    return found


def test_the_programs_get_what_they_read():
    assert problems(Tree()) == []


def test_variables_that_clap_does_not_name_are_read():
    for path in OTHERS.values():
        assert "RUST_LOG" in Tree().read(path)


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
        ("api/src/config.rs", 'env = "WEB_ROOT", value_name = "WEB_ROOT", default_value = "/var/www/html"', 'env = "WEB_ROOT"', "WEB_ROOT is required"),
        ("image-handler/src/worker.rs", "from_secs(20)", "from_secs(40)", "up to 40 s"),
    ],
)
def test_a_wrong_variable_is_found(path, old, new, named):
    assert any(named in line for line in problems(Tree().changed(path, old, new)))


@pytest.mark.parametrize("program", system.PROGRAMS)
def test_the_built_programs_say_the_same_of_their_variables(program):
    built = programs.program(program)
    if not built:
        assert not os.environ.get("CI"), f"target/debug/{program} is missing: `cargo test` builds it"
        pytest.skip(f"target/debug/{program} is missing: `cargo test` builds it")
    told = _help(built, program)
    # A subcommand may read more.
    commands = re.search(r"^Commands:\n((?: .*\n)+)", told, re.M)
    for command in re.findall(r"^  (\w+)", commands[1], re.M) if commands else []:
        if command != "help":
            told += _help(built, program, command)
    named = {}
    for block in re.split(r"\n(?=\s+(?:-\w, )?--)", told):
        if name := re.search(r"\[env: (\w+)=?\]", block):
            default = re.search(r"\[default: ([^\]]*)\]", block)
            named[name[1]] = (f" <{name[1]}>" in told.partition("\nOptions:")[0], default[1] if default else None)
    read = programs.variables(Tree(), program).values()
    assert named == {it.name: (it.required, it.default or None) for it in read}


def _help(built, program: str, *command: str) -> str:
    # A variable that is set would be told with its value.
    clean = {name: value for name, value in os.environ.items() if name not in programs.variables(Tree(), program)}
    return subprocess.run([built, *command, "--help"], capture_output=True, text=True, check=True, env=clean).stdout
