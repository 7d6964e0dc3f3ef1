"""The only place where a name becomes a class; nothing is imported before it is chosen."""

from __future__ import annotations

import importlib
from typing import Any, Literal

from pipeline.errors import ConfigError

Family = Literal["detector", "tracker", "rule", "sink"]

KINDS: dict[Family, dict[str, str]] = {
    "detector": {
        "openvino": "pipeline.detectors.openvino:OpenVino",
        "ultralytics": "pipeline.detectors.ultralytics:Ultralytics",
        "recorded": "pipeline.detectors.recorded:Recorded",
    },
    "tracker": {
        "bytetrack": "pipeline.trackers.bytetrack:ByteTrack",
        "external": "pipeline.trackers.external:External",
    },
    "rule": {
        "loitering": "pipeline.rules.loitering:Loitering",
        "group_loitering": "pipeline.rules.group_loitering:GroupLoitering",
        "intrusion": "pipeline.rules.intrusion:Intrusion",
        "line_crossing": "pipeline.rules.line_crossing:LineCrossing",
        "crowding": "pipeline.rules.crowding:Crowding",
        "object_abandoned": "pipeline.rules.object_abandoned:ObjectAbandoned",
        "object_removed": "pipeline.rules.object_removed:ObjectRemoved",
        "item_taken": "pipeline.rules.item_taken:ItemTaken",
        "vehicle_taken": "pipeline.rules.vehicle_taken:VehicleTaken",
        "snatch": "pipeline.rules.snatch:Snatch",
        "prowling": "pipeline.rules.prowling:Prowling",
        "animal_taken": "pipeline.rules.animal_taken:AnimalTaken",
        "dumping": "pipeline.rules.dumping:Dumping",
        "conflict": "pipeline.rules.conflict:Conflict",
        "cut_in": "pipeline.rules.cut_in:CutIn",
        "wrong_way": "pipeline.rules.wrong_way:WrongWay",
        "stopped_vehicle": "pipeline.rules.stopped_vehicle:StoppedVehicle",
        "no_parking": "pipeline.rules.no_parking:NoParking",
        "speeding": "pipeline.rules.speeding:Speeding",
        "red_light": "pipeline.rules.red_light:RedLight",
    },
    "sink": {
        "jsonl": "pipeline.sinks.jsonl:JsonLines",
        "kafka": "pipeline.sinks.kafka:Kafka",
        "webhook": "pipeline.sinks.webhook:Webhook",
        "mqtt": "pipeline.sinks.mqtt:Mqtt",
    },
}


def find(family: Family, kind: str) -> Any:
    """The class for a kind: one of ours, or a third party's `package.module:Class`.

    Raises:
        ConfigError: nobody knows the kind, or its module cannot be imported.
    """
    target = KINDS[family].get(kind, kind)
    module, colon, name = target.partition(":")
    if not colon:
        known = ", ".join(KINDS[family])
        raise ConfigError(f"no {family} of kind {kind!r}; there are {known}, or a third party's package.module:Class")
    try:
        return getattr(importlib.import_module(module), name)
    except ImportError as exc:
        raise ConfigError(f"{family} {kind!r}: {module} cannot be imported: {exc}") from exc
    except AttributeError as exc:
        raise ConfigError(f"{family} {kind!r}: {module} has no {name}") from exc


def settings(family: Family, kind: str) -> Any:
    """The settings model of a kind, which lies beside its class as `<Class>Settings` and owns its defaults."""
    chosen = find(family, kind)
    module = importlib.import_module(chosen.__module__)
    try:
        return getattr(module, f"{chosen.__name__}Settings")
    except AttributeError as exc:
        raise ConfigError(f"{family} {kind!r}: {module.__name__} has no {chosen.__name__}Settings") from exc
