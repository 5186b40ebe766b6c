"""What must hold of the system on AWS, whichever description made it."""

import pytest

import copilot
import programs
import system
from tree import Tree


def broken(tree: Tree) -> list[str]:
    found = []
    for environment in copilot.ENVIRONMENTS:
        for what, described in (("copilot/", system.as_copilot_makes_it(tree, environment)), (system.PLAIN, system.plain(tree, environment))):
            found += [f"{what}, {environment}: {line}" for line in _of(tree, described, environment)]
    return found


def _of(tree: Tree, described: system.System, environment: str) -> list[str]:
    properties = {name: it.get("Properties", {}) for name, it in described.resources.items()}
    bucket, table = properties["receiptuploadsBucket"], properties["receiptsTable"]
    rules = bucket["LifecycleConfiguration"]["Rules"]
    attributes = properties["PublicLoadBalancer"]["LoadBalancerAttributes"]
    idle = int({it["Key"]: it["Value"] for it in attributes}["idle_timeout.timeout_seconds"])
    limits = programs.described(tree, "api")["limits"]
    files = {it["Name"]: it["SoftLimit"] for it in described.container("api").get("Ulimits", [])}.get("nofile", 1024)
    least = {program: properties[f"{name}AutoScalingTarget"]["MinCapacity"] for program, name in (("api", "Api"), ("worker", "Worker"))}
    tracking = [
        it["TargetTrackingScalingPolicyConfiguration"]
        for it in properties.values()
        if it.get("PolicyType") == "TargetTrackingScaling" and it["ScalingTargetId"] == "<WorkerAutoScalingTarget>"
    ]
    promises = {
        "the bucket is open": set(bucket["PublicAccessBlockConfiguration"].values()) == {True},
        "the bucket is not encrypted": "BucketEncryption" in bucket,
        "the bucket answers other origins": "CorsConfiguration" not in bucket,
        "what expires is not pictures and answers": sorted(it["Prefix"] for it in rules if "ExpirationInDays" in it)
        == ["analysis/", "previews/", "uploads/"],
        "uploads that broke off stay": any("AbortIncompleteMultipartUpload" in it and not it.get("Prefix") for it in rules),
        "the bucket or the table goes with its stack": all(
            described.resources[it].get("DeletionPolicy") == "Retain" for it in ("receiptuploadsBucket", "receiptsTable")
        ),
        "the table or the bucket has a name of its own": not {"TableName", "BucketName"} & {*bucket, *table},
        "the table cannot be restored": table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True,
        "CloudWatch may not write to the topic of alarms": "KmsMasterKeyId" not in properties["alarmsSNSTopic"],
        "a status is signed by SHA-1": properties["imageStatusSNSTopic"]["SignatureVersion"] == "2",
        "a queue is not encrypted": all(
            {"KmsMasterKeyId", "SqsManagedSseEnabled"} & {*properties[it]} for it in ("EventsQueue", "DeadLetterQueue")
        ),
        "a program runs as root": all(described.container(it).get("User", "0") not in ("0", "root") for it in system.PROGRAMS),
        "a program may write to its files": all(described.container(it)["ReadonlyRootFilesystem"] is True for it in system.PROGRAMS),
        "a lost ping cuts a socket off": idle > 2 * limits["pingEverySeconds"],
        "api drops a connection first": idle < limits["idleConnectionSeconds"],
        "there are more sockets than files": files > limits["mostSockets"] + 1000,
        "the worker does not sleep in test": environment == "prod" or least["worker"] == 0,
        "nobody is awake in prod": environment == "test" or least["worker"] >= 1 and least["api"] >= 2,
        "the function lets sleep what the range keeps awake": int(properties["SleepFunction"]["Environment"]["Variables"]["LEAST"])
        == least["worker"],
        "an alarm puts the worker back to sleep": all(it.get("DisableScaleIn") for it in tracking),
        "several tasks have no relay, or one has": ("StatusRelay" in properties) == (least["api"] > 1),
        "the relay is there and not told of": ("StatusRelay" in properties) == bool(described.variables("api")["STATUS_RELAY_URL"]),
    }
    return [name for name, holds in promises.items() if not holds]


def test_what_was_promised_holds():
    assert broken(Tree()) == []


ADDONS = "copilot/environments/addons/"


@pytest.mark.parametrize(
    "path, old, new, named",
    [
        (ADDONS + "receipt-uploads.yml", "BlockPublicPolicy: true", "BlockPublicPolicy: false", "the bucket is open"),
        (ADDONS + "receipt-uploads.yml", "Prefix: analysis/", "Prefix: receipts/", "what expires"),
        (ADDONS + "receipt-uploads.yml", "      OwnershipControls:", "      CorsConfiguration: {}\n      OwnershipControls:", "other origins"),
        (ADDONS + "receipt-uploads.yml", "BucketEncryption:", "VersioningConfiguration:", "not encrypted"),
        (ADDONS + "receipt-uploads.yml", "{ Id: AbortIncompleteUploads,", "{ Id: A, Prefix: uploads/,", "broke off"),
        (ADDONS + "receipts-table.yml", "BillingMode:", "TableName: receipts\n      BillingMode:", "a name of its own"),
        (ADDONS + "receipts-table.yml", "PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false", "restored"),
        (ADDONS + "receipts-table.yml", "DeletionPolicy: Retain", "DeletionPolicy: Delete", "goes with its stack"),
        (ADDONS + "alarms.yml", "      TopicName:", "      KmsMasterKeyId: alias/aws/sns\n      TopicName:", "CloudWatch may not"),
        (ADDONS + "image-status.yml", "SignatureVersion: '2'", "SignatureVersion: '1'", "SHA-1"),
        ("copilot/environments/overrides/cfn.patches.yml", "Value: '120'", "Value: '45'", "lost ping"),
        ("copilot/environments/overrides/cfn.patches.yml", "Value: '120'", "Value: '300'", "api drops a connection first"),
        ("copilot/api/overrides/cfn.patches.yml", "SoftLimit: 65536", "SoftLimit: 20000", "more sockets"),
        ("copilot/api/overrides/cfn.patches.yml", "value: '65532'", "value: '0'", "as root"),
        ("copilot/api/manifest.yml", "range: 2-6", "range: 1-6", "nobody is awake"),
        ("copilot/api/manifest.yml", "range: 1-2", "range: 2-2", "no relay"),
        ("copilot/api/manifest.yml", "readonly_fs: true", "readonly_fs: false", "may write"),
        ("copilot/image-handler/manifest.yml", "min: 0", "min: 1", "does not sleep"),
        ("copilot/image-handler/manifest.yml", "min: 1", "min: 2", "lets sleep"),
        ("copilot/image-handler/manifest.yml", "min: 1", "min: 0", "nobody is awake"),
        ("copilot/image-handler/overrides/cfn.patches.yml", "DisableScaleIn\n  value: true", "DisableScaleIn\n  value: false", "back to sleep"),
        (system.PLAIN, "SqsManagedSseEnabled: true\n", "DelaySeconds: 0\n", "a queue is not encrypted"),
        (system.PLAIN, "'rediss://${StatusRelay.Endpoint.Address}:${StatusRelay.Endpoint.Port}', ''", "'', ''", "not told of"),
    ],
)
def test_a_broken_promise_is_found(path, old, new, named):
    found = broken(Tree().changed(path, old, new))
    assert any(named in line for line in found), found


@pytest.mark.parametrize(
    "limit, value, named",
    [
        ("pingEverySeconds", 90, "lost ping"),
        ("mostSockets", 100_000, "more sockets"),
        ("idleConnectionSeconds", 100, "api drops a connection first"),
    ],
)
def test_a_limit_that_breaks_a_promise_is_found(limit, value, named):
    found = broken(programs.changed(Tree(), "api", lambda it: it["limits"].update({limit: value})))
    assert any(named in line for line in found), found
