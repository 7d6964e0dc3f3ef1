"""A case as a folder: its messages, its evidence, its trail, and a manifest that says what must be there."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.cases import queries, workflow
from pipeline.cases.database import Database
from pipeline.errors import InputError
from pipeline.wire import EvidenceFile

MANIFEST = "manifest.json"


def export(database: Database, case_id: str, folder: Path, by: str, purpose: str, roots: list[Path]) -> dict[str, Any]:
    """Write the case into a new `folder` and the export into its audit trail; the manifest.

    Evidence is looked for below `roots`, checked against the hash in its event, and copied; what is not found, or has
    other content, is named in the manifest and not copied.

    Raises:
        InputError: no such case or user, no purpose, or a folder that is there already.
    """
    case = queries.get(database, case_id)
    if not purpose.strip():
        raise InputError("an export needs a purpose")
    for root in roots:
        if not root.is_dir():
            raise InputError(f"{root}: no folder there to find evidence in")
    workflow.check_user(database, by)
    try:
        folder.mkdir(parents=True)
    except OSError as exc:
        raise InputError(f"{folder}: cannot be made: {exc.strerror}") from exc
    entry = workflow.note(database, case.case_id, "exported", by, purpose)
    bodies = queries.messages(database, case.case_id)
    (folder / "events.jsonl").write_bytes(b"".join(body + b"\n" for body in bodies))
    trail = [asdict(line) for line in workflow.trail(database, case.case_id)]
    (folder / "audit.json").write_text(json.dumps(trail, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    files = [file for event in queries.current(bodies) for file in event.data.evidence]
    found = [_copied(file, folder, roots) for file in files]
    manifest = {
        "case": asdict(case),
        "exported_by": by,
        "exported_at": entry.at,
        "purpose": purpose,
        "files": [_described(folder, name) for name in ("events.jsonl", "audit.json")],
        "evidence": found,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return manifest


def faults(folder: Path) -> list[str]:
    """What in an exported folder is not as its manifest says, one line each."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        listed = [*manifest["files"], *(file for file in manifest["evidence"] if file["status"] == "copied")]
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise InputError(f"{folder}: no exported case there ({MANIFEST}: {getattr(exc, 'strerror', exc)})") from exc
    wrong = []
    for file in listed:
        path = folder / file["path"]
        if not path.is_file():
            wrong.append(f"{path}: is missing")
        elif _sha256(path) != file["sha256"]:
            wrong.append(f"{path}: has other content than when it was exported")
    known = {MANIFEST, *(file["path"] for file in listed)}
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return wrong + [f"{folder / name}: is not in the manifest" for name in sorted(there - known)]


def absent(folder: Path) -> int:
    """How many files of evidence were not exported."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return sum(file["status"] != "copied" for file in manifest["evidence"])


def _copied(file: EvidenceFile, folder: Path, roots: list[Path]) -> dict[str, Any]:
    told = {"uri": file.uri, "sha256": file.sha256, "from": file.from_, "to": file.to}
    name = PurePosixPath(file.uri)
    if ".." in name.parts:
        return {**told, "status": "refused: leads out of its folder"}
    for root in roots:
        source = root / str(name).lstrip("/")
        if len(name.name) < 200 and source.is_file():
            if _sha256(source) != file.sha256:
                return {**told, "status": "has other content than its event says"}
            target = folder / "evidence" / f"{file.sha256[:16]}-{name.name}"
            target.parent.mkdir(exist_ok=True)
            shutil.copy2(source, target)
            return {**told, "status": "copied", "path": str(target.relative_to(folder))}
    return {**told, "status": "not found"}


def _described(folder: Path, name: str) -> dict[str, str]:
    return {"path": name, "sha256": _sha256(folder / name)}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
