"""What the programs call they may do, and nothing else."""

import pytest

import programs
import system
from tree import Tree

TABLE, BUCKET, QUEUE, DEAD = "<receiptsTable.Arn>", "<receiptuploadsBucket.Arn>", "<EventsQueue.Arn>", "<DeadLetterQueue.Arn>"
TOPICS = {("api", "sns:Publish"): "<newImageSNSTopic>"}


def problems(tree: Tree) -> list[str]:
    found = []
    for what, described in (("copilot/", system.as_copilot_makes_it(tree, "prod")), (system.PLAIN, system.plain(tree, "prod"))):
        for program in system.PROGRAMS:
            wanted, granted = _wanted(tree, program), described.grants(program)
            found += [f"{what}: {program} calls {action} on {on} and may not" for action, on in sorted(wanted - granted)]
            found += [f"{what}: {program} may {action} on {on} and never calls it" for action, on in sorted(granted - wanted)]
    return found


def _wanted(tree: Tree, program: str) -> set[tuple[str, str]]:
    wanted = set()
    for need in programs.needs(tree, program):
        service = need.action.partition(":")[0]
        if service == "s3":
            wanted.add((need.action, f"{BUCKET}/{need.prefix}*"))
            if need.action == "s3:GetObject":
                # Who may not list hears 403 of a key that is not there.
                wanted.add(("s3:ListBucket", BUCKET))
        elif service == "dynamodb":
            wanted.add((need.action, f"{TABLE}/index/*" if need.index else TABLE))
        elif service == "sns":
            wanted.add((need.action, TOPICS.get((program, need.action), "<imageStatusSNSTopic>")))
        elif service == "sqs":
            wanted.add((need.action, DEAD if need.dead_letters else QUEUE))
        else:
            wanted.add((need.action, "*"))
    return wanted


def test_the_programs_may_do_what_they_do_and_nothing_else():
    assert problems(Tree()) == []


WORKER, PATCHES = "copilot/image-handler/addons/access.yml", "copilot/image-handler/overrides/cfn.patches.yml"


@pytest.mark.parametrize(
    "path, old, new, named",
    [
        ("copilot/api/addons/access.yml", ", s3:AbortMultipartUpload]", "]", "calls s3:AbortMultipartUpload"),
        ("copilot/api/addons/access.yml", "${Arn}/index/*", "${Arn}/stream/*", "index/* and may not"),
        ("copilot/api/addons/access.yml", "- dynamodb:GetItem\n", "- dynamodb:GetItem\n              - dynamodb:Scan\n", "may dynamodb:Scan"),
        ("copilot/api/addons/access.yml", "Action: s3:ListBucket", "Action: s3:GetBucketLocation", "calls s3:ListBucket"),
        (WORKER, "${Arn}/analysis/*", "${Arn}/*", "analysis/* and may not"),
        (WORKER, "Action: sns:Publish", "Action: sns:*", "calls sns:Publish"),
        (WORKER, "Action: textract:DetectDocumentText", "Action: textract:AnalyzeExpense", "may textract:AnalyzeExpense"),
        (PATCHES, "[sqs:ChangeMessageVisibility]", "[sqs:PurgeQueue]", "calls sqs:ChangeMessageVisibility"),
        (system.PLAIN, "- sqs:ReceiveMessage", "- sqs:PurgeQueue", "calls sqs:ReceiveMessage"),
        (system.PLAIN, "Action: sns:Publish, Resource: !Ref newImageSNSTopic", "Action: sns:Publish, Resource: '*'", "newImageSNSTopic> and may not"),
        (WORKER, "${Arn}/receipts/*", "${Arn}/mined/*", "receipts/* and may not"),
        (PATCHES, "[sqs:GetQueueAttributes, sqs:SendMessage]", "[sqs:GetQueueAttributes]", "calls sqs:SendMessage"),
        (PATCHES, "[sqs:ChangeMessageVisibility, sqs:GetQueueUrl]", "[sqs:GetQueueUrl]", "ChangeMessageVisibility on <DeadLetterQueue"),
        # A program that does more, and one that does less.
        ("image-handler/src/image_queue.rs", ".delete_message()", ".purge_queue()", "calls sqs:PurgeQueue"),
        ("image-handler/src/image_queue.rs", ".change_message_visibility()", ".nothing()", "may sqs:ChangeMessageVisibility"),
        ("image-handler/src/redrive.rs", ".send_message()", ".nothing()", "may sqs:SendMessage"),
        ("image-handler/src/mine.rs", ".delete_object()", ".nothing()", "receipts/* and never calls it"),
        ("ledger/src/ticket.rs", ".delete_item()", ".scan()", "calls dynamodb:Scan"),
        ("ledger/src/acceptance.rs", ".batch_get_item()", ".nothing()", "may dynamodb:BatchGetItem"),
        ("api/src/picture_store.rs", "removal.key.analysis()", "removal.key.to_string()", "analysis/* and never calls it"),
    ],
)
def test_a_policy_that_does_not_fit_is_found(path, old, new, named):
    found = problems(Tree().changed(path, old, new))
    assert any(named in line for line in found), found


def test_the_message_that_an_alarm_looks_for_is_one_that_api_logs():
    """The alarm on unfinished images counts a phrase in the log; another wording there would silence it."""
    for described in (system.as_copilot_makes_it(Tree(), "prod"), system.plain(Tree(), "prod")):
        pattern = described.resources["UnfinishedImagesFilter"]["Properties"]["FilterPattern"].strip('"')
        assert pattern and any(pattern in text for text in Tree().rust("api").values()), pattern
