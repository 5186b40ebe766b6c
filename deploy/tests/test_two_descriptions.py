"""copilot/ and deploy/cloudformation/ describe one system, and what they must share with it on a laptop they share."""

import pytest

import copilot
import programs
import system
from tree import Tree

CONTAINER_KEYS = ["ReadonlyRootFilesystem", "User", "StopTimeout", "Ulimits", "PortMappings", "HealthCheck", "Secrets", "Environment"]
# Where the two differ on purpose: resource and property.
DIFFERENCES = {
    ("EventsQueue", "KmsMasterKeyId"): "Copilot makes a key of its own, for a dollar a month; SQS's own does as well",
    ("EventsQueue", "SqsManagedSseEnabled"): "as above",
    ("DeadLetterQueue", "KmsMasterKeyId"): "as above",
    ("DeadLetterQueue", "SqsManagedSseEnabled"): "as above",
    ("StatusRelay", "SubnetIds"): "Copilot has private subnets anyway; a cache has no public address in a public one either",
    ("minedReceiptsDatabase", "DatabaseInput"): "it is named after the environment in one, after the stack in the other",
    ("ApiAccessPolicy", "Roles"): "Copilot attaches it from the role's side",
    ("WorkerAccessPolicy", "Roles"): "as above",
}
# Resources that Copilot makes beside the project's own, and of which these properties must agree.
SHARED = {
    "EventsQueue": ["VisibilityTimeout", "MessageRetentionPeriod", "RedrivePolicy"],
    "DeadLetterQueue": ["MessageRetentionPeriod"],
    "apinewImageSNSTopicSubscription": ["TopicArn", "Protocol", "Endpoint"],
    "newImageSNSTopic": ["KmsMasterKeyId"],
    "TargetGroup": ["HealthCheckPath", "Matcher", "HealthyThresholdCount", "UnhealthyThresholdCount", "HealthCheckIntervalSeconds",
                    "HealthCheckTimeoutSeconds", "Port", "Protocol", "TargetGroupAttributes", "TargetType", "VpcId"],
    "ApiService": ["Cluster", "HealthCheckGracePeriodSeconds"],
    "WorkerService": ["Cluster", "CapacityProviderStrategy"],
    "ApiTaskDefinition": ["Cpu", "Memory", "NetworkMode", "RequiresCompatibilities"],
    "WorkerTaskDefinition": ["Cpu", "Memory", "NetworkMode", "RequiresCompatibilities"],
    "ApiAutoScalingTarget": ["MinCapacity", "MaxCapacity"],
    "WorkerAutoScalingTarget": ["MinCapacity", "MaxCapacity"],
}


def differences(tree: Tree, environment: str) -> list[str]:
    ours, plain = system.as_copilot_makes_it(tree, environment), system.plain(tree, environment)
    found = []
    for name in sorted(ours.own):
        one, other = ours.resources[name], plain.resources.get(name)
        if other is None:
            found.append(f"{name} is only in copilot/")
            continue
        for attribute in ("Type", "DeletionPolicy", "UpdateReplacePolicy"):
            found += _unlike(name, attribute, one.get(attribute), other.get(attribute))
        mine, theirs = one.get("Properties", {}), other.get("Properties", {})
        for key in sorted({*mine, *theirs}):
            found += _unlike(name, key, mine.get(key), theirs.get(key))
    for name, keys in SHARED.items():
        for key in keys:
            found += _unlike(name, key, *(it.resources[name]["Properties"].get(key) for it in (ours, plain)))
    for program in system.PROGRAMS:
        one, other = ours.container(program), plain.container(program)
        for key in CONTAINER_KEYS:
            if key == "Environment":
                found += _unlike(program, key, ours.variables(program), plain.variables(program))
            elif key == "Secrets":
                found += _unlike(program, key, ours.secrets(program), plain.secrets(program))
            else:
                found += _unlike(program, key, one.get(key), other.get(key))
        found += [f"{program} may {grant} only in one of the two" for grant in sorted(ours.grants(program) ^ plain.grants(program))]
    if _idle_timeout(ours) != _idle_timeout(plain):
        found.append(f"the idle timeout is {_idle_timeout(ours)} and {_idle_timeout(plain)}")
    return found


def _unlike(name, key, one, other) -> list[str]:
    if one == other or (name, key) in DIFFERENCES:
        return []
    return [f"{name}: {key} is {one} in copilot/ and {other} in deploy/cloudformation/"]


def _idle_timeout(described: system.System) -> str | None:
    attributes = described.resources["PublicLoadBalancer"]["Properties"]["LoadBalancerAttributes"]
    return {attribute["Key"]: attribute["Value"] for attribute in attributes}.get("idle_timeout.timeout_seconds")


@pytest.mark.parametrize("environment", copilot.ENVIRONMENTS)
def test_both_describe_the_same_system(environment):
    assert differences(Tree(), environment) == []


MANIFEST, WORKER, PATCHES = "copilot/api/manifest.yml", "copilot/image-handler/manifest.yml", "overrides/cfn.patches.yml"
TABLE, BUCKET = "copilot/environments/addons/receipts-table.yml", "copilot/environments/addons/receipt-uploads.yml"


@pytest.mark.parametrize(
    "path, old, new, named",
    [
        (MANIFEST, 'UPLOADS_PER_MINUTE: "30"', 'UPLOADS_PER_MINUTE: "31"', "UPLOADS_PER_MINUTE"),
        (MANIFEST, "path: /readyz", "path: /livez", "HealthCheckPath"),
        (MANIFEST, "range: 1-2", "range: 1-3", "ApiAutoScalingTarget: MaxCapacity"),
        (MANIFEST, "readonly_fs: true", "readonly_fs: false", "ReadonlyRootFilesystem"),
        (MANIFEST, "retries: 3", "retries: 4", "HealthCheck"),
        (MANIFEST, "memory: 512", "memory: 1024", "ApiTaskDefinition: Memory"),
        (WORKER, "tries: 10", "tries: 9", "RedrivePolicy"),
        (WORKER, "timeout: 60s", "timeout: 90s", "VisibilityTimeout"),
        (WORKER, "spot_from: 1", "spot_from: 2", "CapacityProviderStrategy"),
        (WORKER, "spot_from: 2", "spot_from: 3", "CapacityProviderStrategy"),
        (TABLE, "ProjectionType: ALL", "ProjectionType: KEYS_ONLY", "GlobalSecondaryIndexes"),
        (TABLE, "DeletionPolicy: Retain", "DeletionPolicy: Delete", "DeletionPolicy"),
        ("copilot/environments/addons/mined-receipts.yml", "Name: outcome", "Name: verdict", "minedReceiptsTable: TableInput"),
        (BUCKET, "ExpirationInDays: 30", "ExpirationInDays: 31", "LifecycleConfiguration"),
        ("copilot/environments/addons/image-status.yml", "SignatureVersion: '2'", "SignatureVersion: '1'", "SignatureVersion"),
        ("copilot/environments/" + PATCHES, "Value: '120'", "Value: '60'", "idle timeout"),
        ("copilot/api/" + PATCHES, "SoftLimit: 65536", "SoftLimit: 1024", "Ulimits"),
        ("copilot/api/" + PATCHES, "Threshold: 5", "Threshold: 6", "ServerErrorsAlarm: Threshold"),
        ("copilot/image-handler/" + PATCHES, "desiredCount=1", "desiredCount=2", "WakeUpFunction: Code"),
        ("copilot/image-handler/" + PATCHES, "sqs:ChangeMessageVisibility", "sqs:PurgeQueue", "sqs:ChangeMessageVisibility"),
        ("copilot/image-handler/" + PATCHES, "GetAtt DeadLetterQueue.QueueName", "GetAtt EventsQueue.QueueName", "DeadLettersAlarm"),
        ("copilot/image-handler/" + PATCHES, "EACH = 300", "EACH = 3000", "SleepFunction: Code"),
        ("copilot/image-handler/" + PATCHES, "!If [IsProd, '1', '0']", "!If [IsProd, '0', '1']", "SleepFunction: Environment"),
        ("copilot/api/addons/access.yml", "              - dynamodb:UpdateItem\n", "", "dynamodb:UpdateItem"),
        (system.PLAIN, "${receiptuploadsBucket.Arn}/analysis/*", "${receiptuploadsBucket.Arn}/*", "ApiAccessPolicy"),
        (system.PLAIN, "ECPUPerSecond: { Maximum: 5000 }", "ECPUPerSecond: { Maximum: 9000 }", "StatusRelay"),
    ],
)
def test_a_change_of_only_one_is_found(path, old, new, named):
    tree = Tree().changed(path, old, new)
    found = [line for environment in copilot.ENVIRONMENTS for line in differences(tree, environment)]
    assert any(named in line for line in found), found


@pytest.mark.parametrize(
    "path, old, new, named",
    [
        ("copilot/api/" + PATCHES, "/Resources/RulePriorityFunction", "/Resources/RulePriority", "RulePriority"),
        (MANIFEST, "-ReceiptsTableName", "-ReceiptsTable", "nothing exports ReceiptsTable"),
        ("copilot/image-handler/addons/access.yml", "ReceiptUploadsBucketARN", "ReceiptsBucketARN", "nothing exports ReceiptsBucketARN"),
        ("copilot/image-handler/" + PATCHES, "SERVICE: !Ref Service", "SERVICE: !Ref Services", "no Services"),
    ],
)
def test_a_reference_that_leads_nowhere_is_found(path, old, new, named):
    with pytest.raises(ValueError, match=named):
        system.as_copilot_makes_it(Tree().changed(path, old, new), "test")


def unlike_local(tree: Tree) -> list[str]:
    """What AWS's table and queue have otherwise than those of local/."""
    described, local = system.plain(tree, "prod").resources, programs.described(tree, "receipts")
    table, found = described["receiptsTable"]["Properties"], []
    _same(found, "attributes", _by_name(local["table"], "AttributeDefinitions"), _by_name(table, "AttributeDefinitions"))
    _same(found, "keys", _keys(local["table"]), _keys(table))
    _same(found, "indexes", _indexes(local["table"]), _indexes(table))
    _same(found, "time to live", local["timeToLive"]["TimeToLiveSpecification"], table["TimeToLiveSpecification"])
    _same(found, "billing", local["table"]["BillingMode"], table["BillingMode"])
    for name, queue in local["queues"].items():
        properties = described[name]["Properties"]
        _same(found, f"{name}: retention", queue["retentionSeconds"], properties["MessageRetentionPeriod"])
        _same(found, f"{name}: receives", queue["maxReceives"], properties.get("RedrivePolicy", {}).get("maxReceiveCount"))
    _same(found, "visibility", local["queues"]["EventsQueue"]["visibilitySeconds"], described["EventsQueue"]["Properties"]["VisibilityTimeout"])
    return found


def _by_name(table: dict, members: str) -> list[dict]:
    return sorted(table[members], key=lambda it: it["AttributeName"])


def _indexes(table: dict) -> dict:
    return {it["IndexName"]: (_keys(it), it["Projection"]) for it in table["GlobalSecondaryIndexes"]}


def _keys(schema: dict) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in schema["KeySchema"])


def _same(found: list[str], what: str, local, described) -> None:
    if local != described:
        found.append(f"{what}: local/ has {local}, the templates {described}")


def test_table_and_queue_are_those_of_the_laptop():
    assert unlike_local(Tree()) == []


@pytest.mark.parametrize(
    "path, old, new, named",
    [
        (system.PLAIN, "AttributeName: expires_at", "AttributeName: expires", "time to live"),
        (system.PLAIN, "MessageRetentionPeriod: 345600", "MessageRetentionPeriod: 60", "retention"),
    ],
)
def test_a_table_or_queue_unlike_the_laptops_is_found(path, old, new, named):
    assert any(named in line for line in unlike_local(Tree().changed(path, old, new)))


@pytest.mark.parametrize(
    "change, named",
    [
        (lambda it: it["table"]["GlobalSecondaryIndexes"][0]["Projection"]["NonKeyAttributes"].remove("summary"), "indexes"),
        (lambda it: it["table"]["GlobalSecondaryIndexes"][1]["KeySchema"][1].update(AttributeName="pk"), "indexes"),
        (lambda it: it["table"]["KeySchema"].pop(), "keys"),
        (lambda it: it["table"]["AttributeDefinitions"].pop(), "attributes"),
        (lambda it: it["timeToLive"]["TimeToLiveSpecification"].update(Enabled=False), "time to live"),
        (lambda it: it["queues"]["EventsQueue"].update(maxReceives=5), "receives"),
        (lambda it: it["queues"]["EventsQueue"].update(visibilitySeconds=5), "visibility"),
        (lambda it: it["queues"]["DeadLetterQueue"].update(retentionSeconds=60), "DeadLetterQueue: retention"),
    ],
)
def test_a_laptop_unlike_the_templates_is_found(change, named):
    assert any(named in line for line in unlike_local(programs.changed(Tree(), "receipts", change)))
