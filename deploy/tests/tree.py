"""The project's files, as they are or with one of them changed."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


class Tree:
    """Reads below the project's root. `changed` gives a copy that differs in one place, for tests of the checks."""

    def __init__(self, texts: dict[str, str] | None = None, descriptions: dict[str, dict] | None = None):
        self.texts = texts or {}
        # Of programs that describe themselves otherwise than the built ones.
        self.descriptions = descriptions or {}

    def read(self, path: str) -> str:
        return self.texts[path] if path in self.texts else (ROOT / path).read_text()

    def glob(self, pattern: str) -> list[str]:
        return sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(pattern))

    def changed(self, path: str, old: str, new: str) -> Tree:
        text = self.read(path)
        assert old in text, f"{path} has no {old!r} to change"
        return Tree({**self.texts, path: text.replace(old, new, 1)}, self.descriptions)

    def yaml(self, path: str):
        return copy.deepcopy(_parsed(self.read(path)))


@cache
def _parsed(text: str):
    return yaml.load(text, _CloudFormationLoader)


class _CloudFormationLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML with CloudFormation's short forms: `!Ref x` is `{"Ref": "x"}`. A key that stands twice is an error."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise ValueError(f"{', '.join(map(str, twice))} stands twice{node.start_mark}")
        return super().construct_mapping(node, deep)


def _short_form(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_CloudFormationLoader.add_multi_constructor("!", _short_form)
