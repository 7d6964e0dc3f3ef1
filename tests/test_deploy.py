"""What is shipped for running a ward says what is true."""

import json
import re
from pathlib import Path

import yaml

from pipeline.live.meters import Meters

DEPLOY = Path(__file__).parent.parent / "deploy"


def meters():
    """Names of all metrics, as Prometheus sees them."""
    names = set()
    for family in Meters().registry.collect():
        ends = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(family.type, ("",))
        names |= {family.name + end for end in ends}
    return names


def named(text):
    return set(re.findall(r"\bmatthan_\w+", text))


def test_the_dashboard_and_the_alerts_ask_for_metrics_that_there_are():
    dashboard = json.loads((DEPLOY / "grafana.json").read_text())
    asked = {target["expr"] for panel in dashboard["panels"] for target in panel["targets"]}
    rules = yaml.safe_load((DEPLOY / "alerts.yaml").read_text())
    asked |= {rule["expr"] for group in rules["groups"] for rule in group["rules"]}
    assert len(asked) > 10
    for expression in asked:
        assert named(expression) <= meters(), expression


def test_the_unit_waits_longer_than_a_ward_takes_to_stop():
    unit = (DEPLOY / "matthan.service").read_text()
    assert "Type=notify" in unit
    assert int(re.search(r"TimeoutStopSec=(\d+)", unit)[1]) > 10
    assert int(re.search(r"WatchdogSec=(\d+)", unit)[1]) >= 10
