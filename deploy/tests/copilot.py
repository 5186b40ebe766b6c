"""What Copilot renders from copilot/, as far as the project's own templates and patches touch it.

Copilot itself cannot run here. These stacks have the resources, names and exports of its templates (v1.34) that patches
change, addons import or the programs are told of; everything else that it makes is left out. What Copilot ignores or gets
wrong without a word, such as a missing path of a patch, is an error here.
"""

from __future__ import annotations

import re

import jsonpatch

from tree import Tree

APP = "receipt-scanner"
DOMAIN = "receipts.example.com"
ENVIRONMENTS = ["test", "prod"]
# What the environment's stack exports, beside the addons.
EXPORTS = ["VpcId", "PublicSubnets", "PrivateSubnets", "EnvironmentSecurityGroup", "ClusterId", "PublicLoadBalancerFullName"]
NODE = {"Runtime": "nodejs20.x", "Handler": "index.handler", "Code": {"ZipFile": "//"}}


def manifest(tree: Tree, service: str, environment: str) -> dict:
    """A service's manifest as Copilot reads it: variables put in, the environment's overrides laid over it."""
    found = _interpolated(tree.yaml(f"copilot/{service}/manifest.yml"), environment)
    over = found.pop("environments", {}).get(environment, {})
    return _merged(found, over)


def addons(tree: Tree, folder: str) -> dict:
    """All addon templates of a folder as the one stack that Copilot makes of them."""
    stack = {"AWSTemplateFormatVersion": "2010-09-09"}
    for path in tree.glob(f"copilot/{folder}/addons/*.yml"):
        for section, content in tree.yaml(path).items():
            if section in ("AWSTemplateFormatVersion", "Description"):
                continue
            there = stack.setdefault(section, {})
            for name, value in content.items():
                same = section == "Parameters" or there.get(name) == value
                if name in there and not same:
                    raise ValueError(f"{path}: {section} has two {name}")
                there[name] = value
    return stack


def environment_stack(tree: Tree) -> dict:
    functions = ["CertificateValidationFunction", "CustomDomainFunction", "DNSDelegationFunction"]
    stack = _stack({name: _function() for name in functions})
    stack["Resources"]["PublicLoadBalancer"] = {
        "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "Properties": {
            "Subnets": ["subnet-11111111", "subnet-22222222"],
            "LoadBalancerAttributes": [{"Key": "access_logs.s3.enabled", "Value": "false"}],
        },
    }
    return _patched(tree, "environments", stack)


def api_stack(tree: Tree, environment: str) -> dict:
    asked = manifest(tree, "api", environment)
    http, health = asked["http"], asked["http"]["healthcheck"]
    least, most = (int(bound) for bound in asked["count"]["range"].split("-"))
    topics = {topic["name"]: topic for topic in asked["publish"]["topics"]}
    environment_variables = {
        "COPILOT_LB_DNS": {"Fn::GetAtt": ["EnvControllerAction", "PublicLoadBalancerDNSName"]},
        "COPILOT_SNS_TOPIC_ARNS": {
            "Fn::Sub": "{" + ",".join(f'"{name}":"${{{name}SNSTopic}}"' for name in topics) + "}"
        },
    }
    stack = _service_stack(tree, "api", asked, environment_variables)
    stack["Resources"] |= {
        "RulePriorityFunction": _function(),
        "TargetGroup": {
            "Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
            "Properties": {
                "HealthCheckPath": health["path"],
                "Matcher": {"HttpCode": health["success_codes"]},
                "HealthyThresholdCount": health["healthy_threshold"],
                "UnhealthyThresholdCount": health["unhealthy_threshold"],
                "HealthCheckIntervalSeconds": _seconds(health["interval"]),
                "HealthCheckTimeoutSeconds": _seconds(health["timeout"]),
                "Port": asked["image"]["port"],
                "Protocol": "HTTP",
                "TargetGroupAttributes": [
                    {"Key": "deregistration_delay.timeout_seconds", "Value": str(_seconds(http["deregistration_delay"]))},
                    {"Key": "stickiness.enabled", "Value": str(http["stickiness"]).lower()},
                ],
                "TargetType": "ip",
                "VpcId": {"Fn::ImportValue": {"Fn::Sub": "${AppName}-${EnvName}-VpcId"}},
            },
        },
        **{
            f"{name}SNSTopic": {
                "Type": "AWS::SNS::Topic",
                "Properties": {
                    "TopicName": {"Fn::Sub": f"${{AWS::StackName}}-{name}"},
                    "KmsMasterKeyId": "alias/aws/sns",
                },
            }
            for name in topics
        },
    }
    publish = {"Effect": "Allow", "Action": "sns:Publish", "Resource": [{"Ref": f"{name}SNSTopic"} for name in topics]}
    stack["Resources"]["TaskRole"]["Properties"]["Policies"].append(_policy("Publish2SNS", [publish]))
    container = stack["Resources"]["TaskDefinition"]["Properties"]["ContainerDefinitions"][0]
    container["PortMappings"] = [{"ContainerPort": asked["image"]["port"]}]
    check = asked["image"]["healthcheck"]
    container["HealthCheck"] = {
        "Command": check["command"],
        "Interval": _seconds(check["interval"]),
        "Retries": check["retries"],
        "Timeout": _seconds(check["timeout"]),
        "StartPeriod": _seconds(check["start_period"]),
    }
    stack["Resources"]["Service"]["Properties"]["HealthCheckGracePeriodSeconds"] = _seconds(health["grace_period"])
    _scaling(stack, least, most)
    return _patched(tree, "api", stack)


def worker_stack(tree: Tree, environment: str) -> dict:
    asked = manifest(tree, "image-handler", environment)
    queue = asked["subscribe"]["queue"]
    stack = _service_stack(tree, "image-handler", asked, {"COPILOT_QUEUE_URI": {"Ref": "EventsQueue"}})
    task = {"AWS": [{"Fn::GetAtt": ["TaskRole", "Arn"]}]}
    take = {"Effect": "Allow", "Principal": task, "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage"]}
    send = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": ["sqs:SendMessage"]}
    arn = {name: {"Fn::GetAtt": [name, "Arn"]} for name in ("EventsQueue", "DeadLetterQueue")}
    topics = [topic_arn(topic["service"], topic["name"]) for topic in asked["subscribe"]["topics"]]
    send_for = [{**send, "Resource": arn["EventsQueue"], "Condition": {"ArnEquals": {"aws:SourceArn": it}}} for it in topics]
    stack["Resources"] |= {
        "EventsKMSKey": {
            "Type": "AWS::KMS::Key",
            "Properties": {
                "KeyPolicy": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}},
                            "Action": ["kms:*"],
                            "Resource": "*",
                        },
                        {"Effect": "Allow", "Principal": task, "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": "*"},
                    ],
                }
            },
        },
        "EventsQueue": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "KmsMasterKeyId": {"Ref": "EventsKMSKey"},
                "MessageRetentionPeriod": _seconds(queue["retention"]),
                "VisibilityTimeout": _seconds(queue["timeout"]),
                "RedrivePolicy": {
                    "deadLetterTargetArn": arn["DeadLetterQueue"],
                    "maxReceiveCount": queue["dead_letter"]["tries"],
                },
            },
        },
        "DeadLetterQueue": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"KmsMasterKeyId": {"Ref": "EventsKMSKey"}, "MessageRetentionPeriod": 1209600},
        },
        "QueuePolicy": _queue_policy("EventsQueue", [{**take, "Resource": arn["EventsQueue"]}, *send_for]),
        "DeadLetterPolicy": _queue_policy("DeadLetterQueue", [{**take, "Resource": arn["DeadLetterQueue"]}]),
        "apinewImageSNSTopicSubscription": {
            "Type": "AWS::SNS::Subscription",
            "Properties": {"TopicArn": topics[0], "Protocol": "sqs", "Endpoint": arn["EventsQueue"]},
        },
        "BacklogPerTaskCalculatorFunction": _function(),
    }
    stack["Resources"]["AutoScalingPolicyEventsQueue"] = {
        "Type": "AWS::ApplicationAutoScaling::ScalingPolicy",
        "Properties": {
            "PolicyName": "backlog",
            "PolicyType": "TargetTrackingScaling",
            "ScalingTargetId": {"Ref": "AutoScalingTarget"},
            "TargetTrackingScalingPolicyConfiguration": {
                "TargetValue": _seconds(asked["count"]["queue_delay"]["acceptable_latency"])
                // _seconds(asked["count"]["queue_delay"]["msg_processing_time"]),
                "CustomizedMetricSpecification": {
                    "Namespace": {"Fn::Sub": "${AppName}-${EnvName}-${WorkloadName}"},
                    "MetricName": "BacklogPerTask",
                    "Statistic": "Average",
                },
            },
        },
    }
    count = asked["count"]["range"]
    _scaling(stack, count["min"], count["max"])
    stack["Resources"]["Service"]["Properties"]["CapacityProviderStrategy"] = [
        {"CapacityProvider": "FARGATE", "Base": count["spot_from"] - 1, "Weight": 0},
        {"CapacityProvider": "FARGATE_SPOT", "Weight": 1},
    ]
    return _patched(tree, "image-handler", stack)


def topic_arn(service: str, name: str) -> dict:
    prefix = "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:"
    return {"Fn::Sub": f"{prefix}${{AppName}}-${{EnvName}}-{service}-{name}"}


def snake_case(output: str) -> str:
    """The variable that Copilot makes of an addon's output."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", output).upper()


def _service_stack(tree: Tree, service: str, asked: dict, made: dict) -> dict:
    outputs = addons(tree, service).get("Outputs", {})
    policies = [name for name in outputs if name.endswith("Policy")]
    given = {name: value.get("from_cfn") if isinstance(value, dict) else value for name, value in asked["variables"].items()}
    imported = {name for name, value in asked["variables"].items() if isinstance(value, dict)}
    variables = {name: {"Fn::ImportValue": value} if name in imported else value for name, value in given.items()}
    for name in outputs:
        if name not in policies:
            variables[snake_case(name)] = {"Fn::GetAtt": ["AddonsStack", f"Outputs.{name}"]}
    variables |= made
    container = {
        "Name": service,
        "Image": "image",
        "ReadonlyRootFilesystem": asked["storage"]["readonly_fs"],
        "Environment": [{"Name": name, "Value": value} for name, value in variables.items()],
        "Secrets": [{"Name": name, "ValueFrom": value} for name, value in asked["secrets"].items()],
    }
    return _stack(
        {
            "AddonsStack": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://s3.amazonaws.com/x"}},
            "EnvControllerAction": {"Type": "Custom::EnvControllerFunction", "Properties": {"ServiceToken": "arn"}},
            "EnvControllerFunction": _function(),
            "DynamicDesiredCountFunction": _function(),
            "LogGroup": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 30}},
            "TaskRole": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "ManagedPolicyArns": [{"Fn::GetAtt": ["AddonsStack", f"Outputs.{name}"]} for name in policies],
                    "AssumeRolePolicyDocument": _assumed_by("ecs-tasks.amazonaws.com"),
                    "Policies": [],
                },
            },
            "TaskDefinition": {
                "Type": "AWS::ECS::TaskDefinition",
                "Properties": {
                    "Cpu": str(asked["cpu"]),
                    "Memory": str(asked["memory"]),
                    "NetworkMode": "awsvpc",
                    "RequiresCompatibilities": ["FARGATE"],
                    "ExecutionRoleArn": "arn:aws:iam::111111111111:role/execution",
                    "TaskRoleArn": {"Fn::GetAtt": ["TaskRole", "Arn"]},
                    "ContainerDefinitions": [container],
                },
            },
            "Service": {
                "Type": "AWS::ECS::Service",
                "Properties": {
                    "Cluster": {"Fn::ImportValue": {"Fn::Sub": "${AppName}-${EnvName}-ClusterId"}},
                    "TaskDefinition": {"Ref": "TaskDefinition"},
                    "NetworkConfiguration": {
                        "AwsvpcConfiguration": {
                            "AssignPublicIp": "ENABLED" if asked["network"]["vpc"]["placement"] == "public" else "DISABLED",
                            "Subnets": ["subnet-11111111", "subnet-22222222"],
                        }
                    },
                },
            },
        }
    )


def _scaling(stack: dict, least: int, most: int) -> None:
    stack["Resources"]["AutoScalingTarget"] = {
        "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
        "Properties": {
            "MinCapacity": least,
            "MaxCapacity": most,
            "ResourceId": {"Fn::Sub": "service/${AppName}/${Service.Name}"},
            "ScalableDimension": "ecs:service:DesiredCount",
            "ServiceNamespace": "ecs",
        },
    }


def _stack(resources: dict) -> dict:
    names = ["AppName", "EnvName", "WorkloadName"]
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {name: {"Type": "String"} for name in names},
        "Conditions": {"IsGovCloud": {"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-us-gov"]}},
        "Resources": resources,
    }


def _patched(tree: Tree, folder: str, stack: dict) -> dict:
    path = f"copilot/{folder}/overrides/cfn.patches.yml"
    for patch in tree.yaml(path):
        try:
            stack = jsonpatch.apply_patch(stack, [patch])
        except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as error:
            raise ValueError(f"{path}: {patch['path']}: {error}") from error
    return stack


def _interpolated(value, environment: str):
    """With the variables that Copilot knows and the one that the operator gives; any other is an error, as it is there."""
    known = {"COPILOT_APPLICATION_NAME": APP, "COPILOT_ENVIRONMENT_NAME": environment, "RECEIPTS_DOMAIN": DOMAIN}
    if isinstance(value, dict):
        return {key: _interpolated(item, environment) for key, item in value.items()}
    if isinstance(value, list):
        return [_interpolated(item, environment) for item in value]
    if isinstance(value, str):
        return re.sub(r"\$\{(\w+)\}", lambda variable: known[variable[1]], value)
    return value


def _merged(base, over):
    if not (isinstance(base, dict) and isinstance(over, dict)):
        return over
    return base | {key: _merged(base[key], value) if key in base else value for key, value in over.items()}


def _function() -> dict:
    return {"Type": "AWS::Lambda::Function", "Properties": {**NODE, "Role": "arn:aws:iam::111111111111:role/function"}}


def _policy(name: str, statements: list) -> dict:
    return {"PolicyName": name, "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}


def _queue_policy(queue: str, statements: list) -> dict:
    document = {"Version": "2012-10-17", "Statement": statements}
    return {"Type": "AWS::SQS::QueuePolicy", "Properties": {"Queues": [{"Ref": queue}], "PolicyDocument": document}}


def _assumed_by(service: str) -> dict:
    allow = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [allow]}


def _seconds(duration: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(s|m|h)", duration).groups()
    return int(number) * {"s": 1, "m": 60, "h": 3600}[unit]
