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


def test_what_compose_mounts_is_there():
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    mounted = [volume.split(":")[0] for service in compose["services"].values() for volume in service["volumes"]]
    ours = {name.removeprefix("./") for name in mounted if name.startswith("./")} - {"city.yaml", "models"}
    assert len(ours) == 5
    assert all((DEPLOY / name).is_file() for name in ours)
    assert {name for name in mounted if not name.startswith("./")} <= set(compose["volumes"])
    dockerfile = (DEPLOY.parent / compose["services"]["ward"]["build"]["dockerfile"]).read_text()
    assert "/etc/matthan/city.yaml" in dockerfile
    (job,) = yaml.safe_load((DEPLOY / "prometheus.yaml").read_text())["scrape_configs"]
    assert job["static_configs"] == [{"targets": ["ward:9464"]}]
    assert "0.0.0.0:9464" in dockerfile
    assert int(compose["services"]["ward"]["stop_grace_period"].removesuffix("s")) > 10


def test_the_pages_of_a_ward_are_not_shown_to_the_world():
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in ports)
