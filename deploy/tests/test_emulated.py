"""Both descriptions created in an emulator that knows CloudFormation, and the two programs run against what it made."""

import json
import signal
import subprocess
import time
import urllib.error
import urllib.request
import uuid

import pytest

import copilot
import programs
import system
from emulator import CREDENTIALS, Emulator, answers, free_port, until
from tree import Tree

SECRETS = {"SESSION_KEY": "s" * 32, "FINGERPRINT_KEY": "f" * 32}
# The smallest PNG: one pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0def46b8"
    "0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    with Emulator(tmp_path_factory.mktemp("aws") / "log") as running:
        yield running


@pytest.fixture(scope="module")
def made_by_plain(emulator):
    return emulator.create("receipts", Tree().yaml(system.PLAIN), ApiImage="api", WorkerImage="worker")


@pytest.fixture(scope="module")
def made_as_copilot(emulator):
    """The environment's addons as they are. Of the services' stacks what messages go through; the rest is Copilot's own."""
    tree = Tree()
    made = emulator.create("addons", copilot.addons(tree, "environments"), App=copilot.APP, Env="test")
    api, worker = copilot.api_stack(tree, "test"), copilot.worker_stack(tree, "test")
    for stack, kept in ((api, ["newImageSNSTopic"]), (worker, ["EventsQueue", "DeadLetterQueue", "EventsKMSKey", "TaskRole"])):
        stack["Resources"] = {name: stack["Resources"][name] for name in kept}
        if "TaskRole" in kept:
            stack["Resources"]["TaskRole"]["Properties"].pop("ManagedPolicyArns")
    names = {"AppName": copilot.APP, "EnvName": "test"}
    made |= emulator.create(f"{copilot.APP}-test-api", api, WorkloadName="api", **names)
    made |= emulator.create(f"{copilot.APP}-test-image-handler", worker, WorkloadName="image-handler", **names)
    arn = emulator.client("sqs").get_queue_attributes(QueueUrl=made["EventsQueue"], AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    emulator.client("sns").subscribe(TopicArn=made["newImageSNSTopic"], Protocol="sqs", Endpoint=arn)
    return made


def test_the_plain_template_makes_the_table_that_the_ledger_wants(emulator, made_by_plain):
    _look_at_table(emulator, made_by_plain["receiptsTable"])


def test_the_addons_make_the_table_that_the_ledger_wants(emulator, made_as_copilot):
    _look_at_table(emulator, made_as_copilot["receiptsTable"])


def _look_at_table(emulator, name):
    table = emulator.client("dynamodb").describe_table(TableName=name)["Table"]
    keys = {it["IndexName"]: [key["AttributeName"] for key in it["KeySchema"]] for it in table["GlobalSecondaryIndexes"]}
    assert keys == {"by_owner": ["owner", "image_id"], "unfinished": ["unfinished", "unfinished_since"]}
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk", "sk"]


def test_with_a_certificate_plain_http_only_redirects(emulator):
    certificate = "arn:aws:acm:us-east-1:000000000000:certificate/11111111-1111-1111-1111-111111111111"
    given = {"DomainName": copilot.DOMAIN, "CertificateArn": certificate, "ApiImage": "api", "WorkerImage": "worker"}
    made = emulator.create("secure", Tree().yaml(system.PLAIN), **given)
    balancer = emulator.client("elbv2")
    found = balancer.describe_listeners(LoadBalancerArn=made["PublicLoadBalancer"])["Listeners"]
    assert {it["Port"]: it["DefaultActions"][0]["Type"] for it in found} == {80: "redirect", 443: "forward"}
    task = emulator.client("ecs").describe_task_definition(taskDefinition=made["ApiTaskDefinition"])["taskDefinition"]
    variables = {it["name"]: it["value"] for it in task["containerDefinitions"][0]["environment"]}
    assert variables["PUBLIC_BASE_URL"] == f"https://{copilot.DOMAIN}"


def test_a_second_deployment_does_not_collide_with_what_the_first_one_left(emulator):
    template = copilot.addons(Tree(), "environments")
    first = emulator.create("first", template, App="again", Env="test")
    emulator.client("cloudformation").delete_stack(StackName="first")
    second = until(lambda: emulator.create("second", template, App="again", Env="test"))
    assert {first[it] for it in ("receiptsTable", "receiptuploadsBucket")}.isdisjoint(second.values())


def test_a_message_wakes_the_worker(emulator, made_by_plain):
    """At once: what it takes here is the start of a process that answers for Lambda. AWS was not measured."""
    ecs, names = emulator.client("ecs"), {"cluster": made_by_plain["Cluster"]}
    service = made_by_plain["WorkerService"]
    ecs.update_service(service=service, desiredCount=0, **names)
    emulator.client("sns").publish(TopicArn=made_by_plain["newImageSNSTopic"], Message="{}")
    began = time.monotonic()
    until(lambda: ecs.describe_services(services=[service], **names)["services"][0]["desiredCount"] == 1, within=30)
    print(f"woken after {time.monotonic() - began:.2f} s")
    assert time.monotonic() - began < 5


def test_a_message_leaves_a_worker_that_is_awake_alone(emulator, made_by_plain):
    ecs, names = emulator.client("ecs"), {"cluster": made_by_plain["Cluster"]}
    service = made_by_plain["WorkerService"]
    ecs.update_service(service=service, desiredCount=3, **names)
    function = made_by_plain["WakeUpFunction"]
    answer = emulator.client("lambda").invoke(FunctionName=function, Payload=b"{}")
    assert json.load(answer["Payload"]) == "awake"
    assert ecs.describe_services(services=[service], **names)["services"][0]["desiredCount"] == 3


def test_a_worker_without_work_is_put_to_sleep_and_one_with_work_is_not(emulator, made_by_plain):
    """Of what was received lately the emulator tells nothing; of the queue it does."""
    ecs, sqs, functions = emulator.client("ecs"), emulator.client("sqs"), emulator.client("lambda")
    service, queue, names = made_by_plain["WorkerService"], made_by_plain["EventsQueue"], {"cluster": made_by_plain["Cluster"]}
    function = made_by_plain["SleepFunction"]

    def after_a_look(desired: int) -> int:
        ecs.update_service(service=service, desiredCount=desired, **names)
        answer = functions.invoke(FunctionName=function, Payload=b"{}")
        said = json.load(answer["Payload"])
        assert "FunctionError" not in answer, said
        return ecs.describe_services(services=[service], **names)["services"][0]["desiredCount"]

    sqs.purge_queue(QueueUrl=queue)
    assert after_a_look(1) == 1, "it was woken just now"
    given = functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    functions.update_function_configuration(FunctionName=function, Environment={"Variables": {**given, "QUIET_MINUTES": "0"}})
    assert after_a_look(3) == 0
    sqs.send_message(QueueUrl=queue, MessageBody="{}")
    assert after_a_look(3) == 3
    # In hand, with nothing waiting: one task fewer, and never the last one.
    (message,) = sqs.receive_message(QueueUrl=queue, VisibilityTimeout=60)["Messages"]
    assert after_a_look(3) == 2
    assert after_a_look(1) == 1
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    assert after_a_look(1) == 0


@pytest.mark.parametrize("description", ["plain", "copilot"])
def test_the_programs_run_against_what_was_made(emulator, description, request, tmp_path):
    if description == "plain":
        made, described = request.getfixturevalue("made_by_plain"), system.plain(Tree(), "test")
    else:
        made, described = request.getfixturevalue("made_as_copilot"), system.as_copilot_makes_it(Tree(), "test")
    port = free_port()
    web = tmp_path / "web"
    web.mkdir()
    (web / "index.html").write_text("<title>Receipts</title>")
    beside = {
        "api": {"LISTEN_ADDR": f"127.0.0.1:{port}", "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}", "WEB_ROOT": str(web)},
        "image-handler": {},
    }
    log = (tmp_path / "log").open("w")
    running = []
    try:
        for name in system.PROGRAMS:
            given = {**_values(described, name, made), **beside[name]}
            surroundings = {**CREDENTIALS, "AWS_ENDPOINT_URL": emulator.url, "AWS_EC2_METADATA_DISABLED": "true", **given}
            running.append(subprocess.Popen([programs.program(name)], env=surroundings, stdout=log, stderr=log))
        until(lambda: answers(f"http://127.0.0.1:{port}/readyz"), running[0])
        answer = json.loads(_upload(f"http://127.0.0.1:{port}/upload"))
        # ministack has no Textract, so that this is as far as an image comes: api stored, wrote down and announced it, and
        # the worker took it from the queue.
        key = {"pk": {"S": f"image#{answer['imageId']}"}, "sk": {"S": "image"}}
        dynamodb, table = emulator.client("dynamodb"), made["receiptsTable"]
        until(lambda: dynamodb.get_item(TableName=table, Key=key)["Item"]["status"]["S"] == "started", running[1])
        stored = emulator.client("s3").list_objects_v2(Bucket=made["receiptuploadsBucket"], Prefix=f"uploads/{answer['imageId']}/")
        assert [it["Size"] for it in stored["Contents"]] == [len(PNG)]
        for process in running:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(timeout=40) for process in running] == [0, 0], (tmp_path / "log").read_text()
    finally:
        for process in running:
            process.kill()
        log.close()


def _values(described: system.System, program: str, made: dict[str, str]) -> dict[str, str]:
    """A container's variables with the names that the emulator gave."""
    values = {}
    for name, value in {**described.variables(program), **{it: SECRETS[it] for it in described.secrets(program)}}.items():
        for logical, physical in made.items():
            value = value.replace(f"<{logical}>", physical)
        if "<" not in value:
            values[name] = value
        else:
            assert name == "COPILOT_LB_DNS", f"{name} is {value}"
    return values


def _upload(url: str) -> bytes:
    boundary = uuid.uuid4().hex
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="r.png"\r\nContent-Type: image/png\r\n\r\n'
    body = head.encode() + PNG + f"\r\n--{boundary}--\r\n".encode()
    asked = urllib.request.Request(url, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        raise AssertionError(error.read()) from error
