"""What the README shows works."""

import re
from pathlib import Path

import yaml

from pipeline.cases.settings import load
from pipeline.config import check

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_the_city_file_it_shows_is_right(monkeypatch):
    city, sinks, _ = re.findall(r"```yaml\n(.*?)```", README, re.S)
    for name in ("KAFKA_PASSWORD", "HOOK_SECRET", "MQTT_PASSWORD"):
        monkeypatch.setenv(name, "x")
    found = check({**yaml.safe_load(city), **yaml.safe_load(sinks)})
    assert set(found.rules) == {"night-loitering", "closed-yard", "traffic"}
    assert set(found.sinks) == {"kafka", "webhook", "mqtt"}


def test_the_case_settings_it_shows_are_right(tmp_path):
    path = tmp_path / "cases.yaml"
    path.write_text(re.findall(r"```yaml\n(.*?)```", README, re.S)[2])
    assert load(path).topics == ["matthan.alerts.tran-phu", "matthan.archive.tran-phu"]


def test_the_sinks_that_the_page_for_kafka_shows_are_right(monkeypatch):
    monkeypatch.setenv("PIPELINE_PASSWORD", "x")
    (text,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "kafka.md").read_text(), re.S)
    city = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", README, re.S)[0])
    assert check({**city, **yaml.safe_load(text)}).sinks["kafka"].topics.retention_days == 90


def test_the_commands_it_shows_exist():
    from typer.main import get_command

    from pipeline.cli import app

    shown = set(re.findall(r"matthan (\w+)", " ".join(re.findall(r"```sh\n(.*?)```", README, re.S))))
    assert shown
    assert shown <= set(get_command(app).commands)
