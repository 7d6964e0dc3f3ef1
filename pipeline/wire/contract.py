"""The contract with consumers, generated from the models: JSON Schemas, and an AsyncAPI 3 document."""

from __future__ import annotations

import json
from typing import Any

import yaml

from pipeline.wire import dead_letter, event, verdict

DIALECT = "https://json-schema.org/draft/2020-12/schema"
VERSION = "1.0.0"
"""Of the contract: the second number counts added fields, the first would break a consumer."""
CLOUDEVENTS = "application/cloudevents+json; charset=UTF-8"
TOPICS = {
    "alerts": ("event", "Findings that need a human, live."),
    "traffic": ("event", "Traffic findings, counts and crossings, live."),
    "health": ("event", "What is wrong with a camera or with the delivery itself (`gap`)."),
    "archive": ("event", "Findings of any kind in archived footage."),
    "verdicts": ("verdict", "What officers decided, from the case system back to the pipeline."),
    "dead-letters": ("dead-letter", "Which messages the broker refuses for good; they stay in the sender's outbox."),
}
"""Family of topics → the message on it, and what it is for. A topic's name is `matthan.<family>.<ward>`."""
KEYS = {"event": "The camera's id.", "verdict": "The case's id.", "dead-letter": "The camera's id."}


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of an event's message."""
    return _schema(event.CloudEvent, event.SCHEMA)


def documents() -> dict[str, str]:
    """The files of the contract, by name."""
    schemas = {
        "event.schema.json": schema(),
        "verdict.schema.json": _schema(verdict.Verdict, verdict.SCHEMA),
        "dead-letter.schema.json": _schema(dead_letter.DeadLetter, dead_letter.SCHEMA),
    }
    files = {name: json.dumps(content, indent=1, ensure_ascii=False) + "\n" for name, content in schemas.items()}
    files["asyncapi.yaml"] = yaml.safe_dump(asyncapi(), sort_keys=False, allow_unicode=True, width=120)
    return files


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3 document: what is on which topic, from a consumer's point of view."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Mắt Thần",
            "version": VERSION,
            "description": "Findings of a city's cameras as CloudEvents on Kafka, a topic per ward. Delivered at least "
            "once; (event_id, revision) identifies a message. Operations are named from a consumer's point of view. "
            "See consumers.md for what a consumer must do, kafka.md for accounts and access.",
            "license": {"name": "AGPL-3.0-only"},
        },
        "defaultContentType": CLOUDEVENTS,
        "channels": {_camel(family): _channel(family) for family in TOPICS},
        "operations": {_operation(family): _action(family) for family in TOPICS},
        "components": {"messages": {name: _message(name) for name in KEYS}},
    }


def _channel(family: str) -> dict[str, Any]:
    message, purpose = TOPICS[family]
    return {
        "address": f"matthan.{family}.{{ward}}",
        "description": purpose,
        "parameters": {"ward": {"description": "The ward's id in the city file: lower-case letters, digits, hyphens."}},
        "messages": {message: {"$ref": f"#/components/messages/{message}"}},
    }


def _operation(family: str) -> str:
    return f"send{_camel(family, True)}" if family == "verdicts" else f"receive{_camel(family, True)}"


def _action(family: str) -> dict[str, Any]:
    message, purpose = TOPICS[family]
    channel = f"#/channels/{_camel(family)}"
    return {
        "action": "send" if family == "verdicts" else "receive",
        "summary": purpose,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{message}"}],
    }


def _message(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "headers": {"type": "object", "properties": {"content-type": {"type": "string"}}},
        "contentType": CLOUDEVENTS if name in {"event", "verdict"} else "application/json",
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./{name}.schema.json"},
        },
        "bindings": {"kafka": {"key": {"type": "string", "description": KEYS[name]}, "bindingVersion": "0.5.0"}},
    }


def _schema(model: type[event.Wire], identifier: str) -> dict[str, Any]:
    return {"$schema": DIALECT, "$id": identifier, **model.model_json_schema(by_alias=True, mode="serialization")}


def _camel(name: str, capital: bool = False) -> str:
    first, *rest = name.split("-")
    return (first.capitalize() if capital else first) + "".join(part.capitalize() for part in rest)
