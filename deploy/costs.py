#!/usr/bin/env python3
"""What the system costs, from the prices in prices.json: an idle day, and 1,000 receipts. Prints Markdown.

Free tiers are left out. What was not measured is assumed, generously, and stands below with its reason.
"""

import json
from pathlib import Path

PRICES = json.loads((Path(__file__).parent / "prices.json").read_text())
USD = PRICES["usd"]
DAYS = 30.4
# Of a service of Copilot's with a backlog to count: a function of its own, every minute.
COUNTING_SECONDS, COUNTING_GB = 1.0, 0.5
# The function that lets the worker sleep, every five minutes.
SLEEPING_SECONDS, SLEEPING_GB = 2.0, 0.25
# Alarm metrics: two for errors, one each for unfinished images, dead letters, the oldest message and a waiting message; two
# that the target tracking of `api` makes, and one of the worker's, which only goes up.
ALARM_METRICS = 6 + 3
IMAGES_GB = 0.1
LOG_GB_A_DAY = 0.005

# Of a receipt. The picture of a phone; what Textract says of a long receipt; both are kept for 30 days.
PICTURE_MB, ANSWER_MB, KEPT_MONTHS = 3.0, 0.3, 1.0
# One put for a picture up to 5 MiB, four for one up to 10 MiB; the answer and the data to mine.
PUTS, GETS = 6, 6
# An item of two to six KB is written five times, the last time in a transaction with its marks, and two indexes follow.
WRITE_UNITS, READ_UNITS, ITEM_KB = 80, 40, 8
STATUSES, QUEUE_REQUESTS, LOG_KB = 4, 12, 8
# In a burst, a task has eight in hand for a few seconds each, and goes to sleep ten minutes after the last.
SECONDS_EACH, AWAKE_AFTERWARDS = 1.0, 600


def task_hour() -> float:
    """Of a quarter of a CPU and 512 MB, on demand."""
    return 0.25 * USD["fargate_vcpu_hour"] + 0.5 * USD["fargate_gb_hour"]


def idle_day(tasks: int, workers: int, relay: bool) -> dict[str, float]:
    """By what it is paid for. Addresses: one a task, and one of the load balancer's in each of two zones."""
    counting = 24 * 60 * (COUNTING_SECONDS * COUNTING_GB * USD["lambda_x86_gb_second"] + USD["lambda_request"])
    sleeping = 24 * 12 * (SLEEPING_SECONDS * SLEEPING_GB * USD["lambda_arm_gb_second"] + USD["lambda_request"])
    empty_receives = workers * 24 * 3600 / 20
    return {
        "load balancer": 24 * USD["load_balancer_hour"],
        "`api`, a quarter of a CPU and 512 MB a task": tasks * 24 * task_hour(),
        "`image-handler`, the same": workers * 24 * task_hour(),
        "public IPv4 addresses": (tasks + workers + 2) * 24 * USD["public_ipv4_hour"],
        "Valkey, serverless, its least of 100 MB": 24 * 0.1 * USD["valkey_serverless_gb_hour"] if relay else 0,
        "alarms and metrics": (ALARM_METRICS * USD["cloudwatch_alarm_metric_month"] + 2 * USD["cloudwatch_custom_metric_month"]) / DAYS
        + (24 * 60 + 24 * 12) * USD["cloudwatch_metric_request"],
        "the functions that count the backlog and let sleep": counting + sleeping,
        "the queue's key, three hosted zones, images, logs": (
            USD["kms_key_month"] + 3 * USD["route53_zone_month"] + IMAGES_GB * USD["registry_gb_month"]
        )
        / DAYS
        + LOG_GB_A_DAY * USD["cloudwatch_log_gb"],
        "empty receives": empty_receives * USD["sqs_request"],
    }


def thousand_receipts(all_day: bool) -> dict[str, float]:
    """What 1,000 receipts add, in one burst or spread over a day in which the worker never sleeps.

    What AWS asks on Spot moves, and is 30 to 50 % of the list price; `test` runs the worker there.
    """
    awake = 24 if all_day else (1000 * SECONDS_EACH + AWAKE_AFTERWARDS) / 3600
    stored = (PICTURE_MB + ANSWER_MB) * KEPT_MONTHS * USD["s3_gb_month"]
    items = 1000 * ITEM_KB / 1e6 * (USD["dynamodb_gb_month"] + USD["dynamodb_backup_gb_month"])
    return {
        "Textract": 1000 * USD["textract_detect_document_text_page"],
        "the worker of `test`, awake": awake * (USD["fargate_spot_share"] * task_hour() + USD["public_ipv4_hour"]),
        "S3: requests, and 30 days of the pictures": 1000 * (PUTS * USD["s3_put"] + GETS * USD["s3_get"]) + stored,
        "DynamoDB: requests, and a month of the items": 1000 * (WRITE_UNITS * USD["dynamodb_write_unit"] + READ_UNITS * USD["dynamodb_read_unit"])
        + items,
        "SNS, SQS, the function, the key": 1000
        * (
            (STATUSES + 1) * USD["sns_publish"]
            + STATUSES * USD["sns_http_delivery"]
            + QUEUE_REQUESTS * (USD["sqs_request"] + USD["kms_request"])
            + USD["lambda_request"]
            + 0.5 * 0.5 * USD["lambda_arm_gb_second"]
        ),
        "load balancer: a gigabyte is a unit of its capacity": 1000 * PICTURE_MB / 1000 * USD["load_balancer_capacity_unit_hour"],
        "logs": 1000 * LOG_KB / 1e6 * USD["cloudwatch_log_gb"],
    }


def table(heads: list[str], columns: list[dict[str, float]]) -> str:
    lines = [f"| {' | '.join(heads)} |", "|---|" + "---:|" * len(columns)]
    for what in columns[0]:
        lines.append(f"| {what} | {' | '.join(money(column[what]) for column in columns)} |")
    lines.append(f"| **in all** | {' | '.join(f'**{money(sum(column.values()), 2)}**' for column in columns)} |")
    return "\n".join(lines)


def money(dollars: float, places: int = 3) -> str:
    return f"{dollars:.{places}f}" if dollars else "–"


def columns() -> dict[str, dict[str, float]]:
    return {
        "test, worker asleep": idle_day(tasks=1, workers=0, relay=False),
        "prod": idle_day(tasks=2, workers=1, relay=True),
        "in one burst": thousand_receipts(all_day=False),
        "over a whole day": thousand_receipts(all_day=True),
    }


def report() -> str:
    found = columns()
    day, receipts = list(found)[:2], list(found)[2:]
    return "\n\n".join(
        [
            f"List prices of {PRICES['region']} as of {PRICES['as_of']}, in dollars, without free tiers (`deploy/prices.json`).",
            table(["an idle day", *day], [found[name] for name in day]),
            table(["1,000 receipts add", *receipts], [found[name] for name in receipts]),
        ]
    )


if __name__ == "__main__":
    print(report())
