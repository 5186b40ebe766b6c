"""Both descriptions of the system in one form: resources by logical id, with every reference spelled as `<Id>`."""

from __future__ import annotations

import re

import copilot
from tree import Tree

PLAIN = "deploy/cloudformation/receipts.yml"
PROGRAMS = ["api", "image-handler"]
# What is called otherwise in a service's own stack of Copilot's than in the one plain template.
RENAMED = {
    "api": {name: f"Api{name}" for name in ("LogGroup", "TaskRole", "TaskDefinition", "Service", "AutoScalingTarget")},
    "image-handler": {name: f"Worker{name}" for name in ("LogGroup", "TaskRole", "TaskDefinition", "Service", "AutoScalingTarget")},
}


class System:
    """The resources of one description in one environment."""

    def __init__(self, resources: dict[str, dict], own: set[str]):
        self.resources = resources
        # Those that the project describes itself, beside what Copilot makes.
        self.own = own

    def container(self, program: str) -> dict:
        task = "ApiTaskDefinition" if program == "api" else "WorkerTaskDefinition"
        return self.resources[task]["Properties"]["ContainerDefinitions"][0]

    def variables(self, program: str) -> dict[str, str]:
        return {variable["Name"]: variable["Value"] for variable in self.container(program)["Environment"]}

    def secrets(self, program: str) -> set[str]:
        return {secret["Name"] for secret in self.container(program)["Secrets"]}

    def grants(self, program: str) -> set[tuple[str, str]]:
        """What a program may do: pairs of action and resource, by its role's policies and by the queues' own."""
        role = "ApiTaskRole" if program == "api" else "WorkerTaskRole"
        properties = self.resources[role]["Properties"]
        statements = []
        for policy in properties.get("Policies", []):
            statements += policy["PolicyDocument"]["Statement"]
        attached = [arn.strip("<>") for arn in properties.get("ManagedPolicyArns", [])]
        for name, resource in self.resources.items():
            body = resource.get("Properties", {})
            if resource["Type"] == "AWS::IAM::ManagedPolicy" and (name in attached or f"<{role}>" in body.get("Roles", [])):
                statements += body["PolicyDocument"]["Statement"]
            if resource["Type"] == "AWS::SQS::QueuePolicy":
                statements += [
                    statement
                    for statement in body["PolicyDocument"]["Statement"]
                    if f"<{role}.Arn>" in _listed(statement["Principal"].get("AWS", []))
                ]
        return {
            (action, resource)
            for statement in statements
            if statement["Effect"] == "Allow"
            for action in _listed(statement["Action"])
            for resource in _listed(statement["Resource"])
        }


def plain(tree: Tree, environment: str) -> System:
    template = tree.yaml(PLAIN)
    given = {"EnvName": environment, "DomainName": copilot.DOMAIN, "CertificateArn": "arn", "ApiImage": "image", "WorkerImage": "image"}
    given["Reader"] = template["Parameters"]["Reader"]["Default"]
    names = {"AWS::StackName": "<name>"}
    resources = _Reader(template, given, names, {}).resources()
    return System(resources, set(resources))


def as_copilot_makes_it(tree: Tree, environment: str) -> System:
    outputs = {name: f"<{name.replace('EnvironmentSecurityGroup', 'TaskSecurityGroup')}>" for name in copilot.EXPORTS}
    outputs |= {"VpcId": "<VPC>", "ClusterId": "<Cluster>", "PublicLoadBalancerFullName": "<PublicLoadBalancer.LoadBalancerFullName>"}
    names = {"AWS::StackName": "<name>"}
    shared = copilot.addons(tree, "environments")
    reader = _Reader(shared, {"Env": environment}, names, {})
    resources = reader.resources()
    own = set(resources)
    for output in shared["Outputs"].values():
        export = reader.value(output["Export"]["Name"]).removeprefix("<name>-")
        outputs[export] = reader.value(output["Value"])
    resources |= {"PublicLoadBalancer": _Reader(copilot.environment_stack(tree), {}, names, outputs).resources()["PublicLoadBalancer"]}
    for program, stack in (("api", copilot.api_stack(tree, environment)), ("image-handler", copilot.worker_stack(tree, environment))):
        addons = copilot.addons(tree, program)
        reader = _Reader(addons, {"Env": environment}, names, outputs)
        made = reader.resources()
        own |= set(made)
        resources |= made
        known = {f"AddonsStack.Outputs.{name}": reader.value(output["Value"]) for name, output in addons["Outputs"].items()}
        known["EnvControllerAction.PublicLoadBalancerDNSName"] = "<PublicLoadBalancer.DNSName>"
        known["EnvControllerAction.PublicLoadBalancerFullName"] = outputs["PublicLoadBalancerFullName"]
        reader = _Reader(stack, {"EnvName": environment}, {**names, "WorkloadName": program}, outputs, RENAMED[program], known)
        resources |= reader.resources()
        paths = [patch["path"].split("/") for patch in tree.yaml(f"copilot/{program}/overrides/cfn.patches.yml")]
        own |= {path[2] for path in paths if path[1] == "Resources" and len(path) == 3}
    return System(resources, own)


class _Reader:
    """Resolves a template: conditions by the given parameters, references to `<Id>`, imports by the exports."""

    def __init__(self, template: dict, given: dict, names: dict, exports: dict, renamed: dict | None = None, known: dict | None = None):
        self.template, self.given, self.names, self.exports = template, given, names, exports
        self.renamed, self.known = renamed or {}, known or {}

    def resources(self) -> dict[str, dict]:
        found = {}
        for name, resource in self.template["Resources"].items():
            if "Condition" in resource and not self.holds(resource["Condition"]):
                continue
            found[self.renamed.get(name, name)] = self.value(resource)
        return found

    def holds(self, name: str) -> bool:
        return self._condition(self.template["Conditions"][name])

    def _condition(self, condition) -> bool:
        (kind, value), = condition.items()
        if kind == "Fn::Equals":
            one, other = (self.given.get(side["Ref"], "") if isinstance(side, dict) else side for side in value)
            return one == other
        if kind == "Fn::Not":
            return not self._condition(value[0])
        raise ValueError(f"the condition {kind} is not known here")

    def value(self, value):
        if isinstance(value, list):
            return [item for item in map(self.value, value) if item != "<AWS::NoValue>"]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (kind, inner), = value.items()
            if kind == "Ref":
                return self._reference(inner)
            if kind == "Fn::GetAtt":
                return self._reference(".".join(inner))
            if kind == "Fn::Sub":
                return self._substituted(inner)
            if kind == "Fn::If":
                return self.value(inner[1] if self.holds(inner[0]) else inner[2])
            if kind == "Fn::Join":
                return inner[0].join(map(str, self.value(inner[1])))
            if kind == "Fn::Split":
                return self.value(inner[1]).split(inner[0])
            if kind == "Fn::ImportValue":
                name = re.sub(rf"^(<name>|{copilot.APP}-(test|prod))-", "", self.value(inner))
                if name not in self.exports:
                    raise ValueError(f"nothing exports {name}")
                return self.exports[name]
        return {key: self.value(item) for key, item in value.items() if key != "Metadata"}

    def _reference(self, name: str) -> str:
        if name in self.known:
            return self.known[name]
        if name in self.names:
            return self.names[name]
        if name in self.given:
            return self.given[name]
        first, dot, rest = name.partition(".")
        local = first in self.template["Resources"] or first in self.template.get("Parameters", {}) or first.startswith("AWS::")
        if not local:
            raise ValueError(f"there is no {first} to refer to")
        return f"<{self.renamed.get(first, first)}{dot}{rest}>"

    def _substituted(self, value) -> str:
        text, more = value if isinstance(value, list) else (value, {})
        more = {name: self.value(item) for name, item in more.items()}
        # App and environment together are what the name of a plain stack is.
        text = re.sub(r"\$\{App(Name)?\}-\$\{Env(Name)?\}", "${AWS::StackName}", text)
        text = re.sub(r"\$\{([\w.:]+)\}", lambda name: str(more.get(name[1]) or self._reference(name[1])), text)
        return re.sub(r"^arn:<AWS::Partition>:sns:<AWS::Region>:<AWS::AccountId>:<name>-api-(\w+)$", r"<\1SNSTopic>", text)


def _listed(value) -> list:
    return value if isinstance(value, list) else [value]
