"""What the README shows works."""

import re
from pathlib import Path

import yaml

from pipeline.config import check

README = (Path(__file__).parent.parent / "README.md").read_text()


def test_the_city_file_it_shows_is_right():
    (text,) = re.findall(r"```yaml\n(.*?)```", README, re.S)
    city = check(yaml.safe_load(text))
    assert set(city.rules) == {"night-loitering", "closed-yard", "traffic"}


def test_the_commands_it_shows_exist():
    from typer.main import get_command

    from pipeline.cli import app

    shown = set(re.findall(r"matthan (\w+)", " ".join(re.findall(r"```sh\n(.*?)```", README, re.S))))
    assert shown
    assert shown <= set(get_command(app).commands)
