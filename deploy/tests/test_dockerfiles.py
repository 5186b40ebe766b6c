"""hadolint on every Dockerfile, and the images as the tasks on AWS want them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import programs
import system
from tree import ROOT, Tree

HADOLINT = Path(sys.executable).with_name("hadolint")


def lint(file: Path) -> str:
    return subprocess.run([HADOLINT, str(file)], capture_output=True, text=True).stdout


def test_every_dockerfile_is_clean():
    files = Tree().glob("Dockerfile*")
    assert files
    assert "".join(lint(ROOT / file) for file in files) == ""


def unlike_the_images(tree: Tree) -> list[str]:
    """What the task definitions take for granted of the images, and is not so."""
    found = []
    for program, name in (("api", "Dockerfile.api"), ("image-handler", "Dockerfile.worker")):
        container, dockerfile = system.plain(tree, "test").container(program), tree.read(name)
        final = dockerfile[dockerfile.rindex("\nFROM ") :]
        if not re.search(rf"^COPY .* /usr/local/bin/{program}$", final, re.M):
            found.append(f"{name} puts no program at /usr/local/bin/{program}")
        # So that a task's command is the program's subcommand, as `redrive` is.
        if f'ENTRYPOINT ["{program}"]' not in final or "\nCMD " in final:
            found.append(f"{name} does not begin with the program alone")
        if health := container.get("HealthCheck"):
            if health["Command"][:2] != ["CMD", f"/usr/local/bin/{program}"]:
                found.append(f"{program} is asked by {health['Command']}")
            if health["Command"][2] not in programs.described(tree, program)["commands"]:
                found.append(f"{program} has no {health['Command'][2]}")
    if build_stages(tree, "Dockerfile.api") != build_stages(tree, "Dockerfile.worker"):
        found.append("the two images do not share their build")
    return found


def build_stages(tree: Tree, name: str) -> str:
    """The stages that compile: the same words, so that whoever builds both images compiles once."""
    dockerfile = tree.read(name)
    return dockerfile[dockerfile.index("FROM rust:") : dockerfile.rindex("\nFROM ")]


def test_tasks_find_in_the_images_what_they_start():
    assert unlike_the_images(Tree()) == []


@pytest.mark.parametrize(
    "path, old, new, named",
    [
        ("Dockerfile.api", "/usr/local/bin/api\n", "/bin/api\n", "no program"),
        ("Dockerfile.worker", 'ENTRYPOINT ["image-handler"]', 'CMD ["image-handler"]', "with the program alone"),
        (system.PLAIN, "Command: [CMD, /usr/local/bin/api, healthcheck]", "Command: [CMD-SHELL, curl, localhost]", "is asked by"),
        ("Dockerfile.worker", "--locked cargo-chef", "cargo-chef", "do not share their build"),
    ],
)
def test_an_image_unlike_its_task_is_found(path, old, new, named):
    found = unlike_the_images(Tree().changed(path, old, new))
    assert any(named in line for line in found), found


def test_a_health_check_that_is_no_command_is_found():
    tree = programs.changed(Tree(), "api", lambda it: it["commands"].remove("healthcheck"))
    assert any("has no healthcheck" in line for line in unlike_the_images(tree))


def test_a_bad_dockerfile_is_found(tmp_path):
    file = tmp_path / "Dockerfile"
    file.write_text("FROM debian:latest\nRUN cd /tmp && sudo apt-get install curl\n")
    assert "DL3007" in lint(file)
