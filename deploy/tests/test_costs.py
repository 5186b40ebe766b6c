"""The documented costs are those that the script computes, and within what the project set itself."""

import importlib.util

import pytest

from tree import ROOT, Tree

spec = importlib.util.spec_from_file_location("costs", ROOT / "deploy/costs.py")
costs = importlib.util.module_from_spec(spec)
spec.loader.exec_module(costs)


def test_the_tables_in_the_docs_are_what_the_script_prints():
    assert costs.report() in Tree().read("docs/operations.md")


def test_the_readme_gives_the_same_sums():
    sums = [f"${sum(column.values()):.2f}" for column in costs.columns().values()]
    readme = " ".join(Tree().read("README.md").split())
    assert f"{sums[0]} for an idle day of `test`" in readme and f"{sums[2]} to {sums[3]} for 1,000 receipts" in readme


def test_an_idle_day_and_a_thousand_receipts_stay_within_their_limits():
    found = {name: sum(column.values()) for name, column in costs.columns().items()}
    assert found["test, worker asleep"] <= 1.40
    assert found["in one burst"] < 2.00 and found["over a whole day"] < 2.00


@pytest.mark.parametrize("price", sorted(costs.USD))
def test_every_price_is_used(price, monkeypatch):
    """A price that changes nothing is one that the computation forgot."""
    if price == "nat_gateway_hour":
        assert f"${costs.USD[price] * 24:.2f} a day" in Tree().read("docs/operations.md")
        return
    if price == "transfer_out_gb":
        assert f"${costs.USD[price]:.2f} a gigabyte" in Tree().read("docs/operations.md")
        return
    before = costs.columns()
    monkeypatch.setitem(costs.USD, price, costs.USD[price] * 1000)
    assert costs.columns() != before
