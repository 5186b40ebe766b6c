"""hadolint on every Dockerfile."""

import subprocess
import sys
from pathlib import Path

import pytest

from tree import ROOT, Tree

HADOLINT = Path(sys.executable).with_name("hadolint")
IGNORED = [
    "DL3008",  # versions of Debian's packages are not kept there for long: a pinned one breaks the build within weeks
]


def lint(file: Path) -> str:
    ignored = [argument for rule in IGNORED for argument in ("--ignore", rule)]
    return subprocess.run([HADOLINT, *ignored, str(file)], capture_output=True, text=True).stdout


def test_every_dockerfile_is_clean():
    files = Tree().glob("Dockerfile*")
    if not files:
        pytest.skip("there is no Dockerfile yet")
    assert "".join(lint(ROOT / file) for file in files) == ""


def test_a_bad_dockerfile_is_found(tmp_path):
    file = tmp_path / "Dockerfile"
    file.write_text("FROM debian:latest\nRUN cd /tmp && sudo apt-get install curl\n")
    assert "DL3007" in lint(file)
