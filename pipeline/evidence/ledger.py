"""What evidence a node made, in a chain of signed lines: nothing can be changed, taken out, put in or moved unseen."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import InputError, OutboxError, OutboxFull
from pipeline.evidence.files import FULL, FileLock
from pipeline.wire import canonical_json, now

LEDGER, KEY, PUBLIC = "ledger.jsonl", "node.key", "node.pub"
FOLDER = "evidence"
LONGEST_LINE = 65_536
"""Bytes."""
START = "0" * 64
"""What the first line follows."""
Kind = Literal["node", "file", "found", "removed", "hold", "release"]


class Entry(BaseModel):
    """One line of a ledger."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    number: int
    """Counts the lines from 0."""
    after: str
    """sha256 of the line before, newline and all."""
    at: str
    """When it was written, RFC 3339 UTC."""
    kind: Kind
    """`file`: evidence was stored. `found`: a file lay there at a start, after a crash. `removed`: a tombstone."""
    path: str = ""
    """Relative to the node's folder; empty where the line is about an event or the node."""
    sha256: str = ""
    event_id: str = ""
    facts: Mapping[str, Any] = {}
    """What else is known: what it shows, who asked for it and why."""
    signature: str
    """Ed25519 over the canonical JSON of all else, hexadecimal."""

    @property
    def line(self) -> bytes:
        return canonical_json(self.model_dump()) + b"\n"


class Ledger:
    """Appends to the ledger of a folder. Several processes may, one at a time; nobody rewrites a line."""

    def __init__(self, folder: Path) -> None:
        """Begins a ledger, and a key of the node's own, where there is none. Raises `OutboxError`."""
        self.folder = folder
        self.path = folder / LEDGER
        self._lock = FileLock(folder / f"{LEDGER}.lock")
        try:
            self._key = _key(folder)
        except (OSError, ValueError) as exc:
            raise OutboxError(f"{folder / KEY}: the node's key cannot be read or made: {exc}") from exc
        if not self.path.exists():
            self.append("node", facts={"key": self._key.public_key().public_bytes_raw().hex()})

    def append(
        self, kind: Kind, path: str = "", sha256: str = "", event_id: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> Entry:  # fmt: skip
        """Write a line; it is on the disk when this returns. Raises `OutboxFull` or `OutboxError`."""
        try:
            with self._lock:
                last = self._last()
                content: dict[str, Any] = {
                    "number": 0 if last is None else last[0] + 1, "after": START if last is None else last[1],
                    "at": now(), "kind": kind, "path": path, "sha256": sha256, "event_id": event_id,
                    "facts": dict(facts or {}),
                }  # fmt: skip
                entry = Entry(**content, signature=self._key.sign(canonical_json(content)).hex())
                with self.path.open("ab") as file:
                    size = file.tell()
                    try:
                        file.write(entry.line)
                        file.flush()
                        os.fsync(file.fileno())
                    except OSError:
                        os.ftruncate(file.fileno(), size)  # no half line
                        raise
                return entry
        except OSError as exc:
            error = OutboxFull if exc.errno in FULL else OutboxError
            raise error(f"{self.path}: cannot be written: {exc.strerror or exc}") from exc

    def tidy(self) -> list[str]:
        """After a crash: half-written files go, and those with a tombstone. What nobody noted is noted as found: which.

        Raises `OutboxError`.
        """
        entries, _ = read(self.path)
        try:
            for part in (self.folder / FOLDER).rglob("*.part"):
                part.unlink()
            gone = {entry.path for entry in entries if entry.kind == "removed"}
            for path in filter(gone.__contains__, files(self.folder)):
                (self.folder / path).unlink()
        except OSError as exc:
            raise OutboxError(f"{self.folder / FOLDER}: cannot be tidied: {exc.strerror or exc}") from exc
        known = {entry.path for entry in entries}
        found = [path for path in files(self.folder) if path not in known]
        for path in found:
            self.append("found", path, _sha256(self.folder / path))
        return found

    def _last(self) -> tuple[int, str] | None:
        """Number and hash of the last line; a half line (a crash while it was written) is cut off."""
        if not self.path.exists():
            return None
        with self.path.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            start = file.seek(max(0, size - LONGEST_LINE))
            tail = file.read()
            whole = tail[: tail.rfind(b"\n") + 1]
            if len(whole) < len(tail):
                file.truncate(start + len(whole))
        if not whole:
            return None
        line = whole[whole.rfind(b"\n", 0, -1) + 1 :]
        try:
            return Entry.model_validate_json(line).number, hashlib.sha256(line).hexdigest()
        except ValidationError as exc:
            raise OutboxError(f"{self.path}: its last line is damaged; see `matthan verify`") from exc


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that is not as the ledger says."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def verify(folder: Path, key: str | None = None, settle_s: float = 0.0) -> tuple[list[Entry], list[Wrong]]:
    """Every line, and everything that was changed, is missing, moved or added. Raises `InputError`: no ledger there.

    `key` is the node's public key, hexadecimal, as it was noted elsewhere; without it the one beside the ledger is
    believed, and who can write there could have replaced both. Where a ward runs, a file may lie there a moment before
    its line, or after its tombstone: `settle_s` later it must not.
    """
    if not (folder / LEDGER).is_file():
        raise InputError(f"{folder}: no {LEDGER} there; expected the --out folder of a ward")
    there = set(files(folder))  # before the ledger: a running ward goes on writing
    if settle_s and there ^ _standing(folder):
        time.sleep(settle_s)
        there &= set(files(folder))
    entries, wrong = read(folder / LEDGER)
    wrong += _signatures(folder, entries, key)
    standing = {entry.path: entry for entry in entries if entry.kind in ("file", "found")}
    gone = {entry.path for entry in entries if entry.kind == "removed"}
    wrong += [Wrong(path, "was added: the ledger does not know it") for path in sorted(there - set(standing))]
    for path, entry in standing.items():
        if path in gone:
            wrong += [Wrong(path, "is there though a tombstone says it was removed")] if path in there else []
        elif path not in there and not (folder / path).is_file():
            wrong.append(Wrong(path, "is missing"))
        elif _sha256(folder / path) != entry.sha256:
            wrong.append(Wrong(path, "was changed"))
    return entries, wrong


def _standing(folder: Path) -> set[str]:
    """The files that should be there."""
    entries, _ = read(folder / LEDGER)
    return {entry.path for entry in entries if entry.path} - {e.path for e in entries if e.kind == "removed"}


def read(path: Path) -> tuple[list[Entry], list[Wrong]]:
    """The lines of a ledger up to the first that is none, and what is wrong with their chain."""
    entries: list[Entry] = []
    after, wrong = START, []
    data = path.read_bytes() if path.exists() else b""
    for number, line in enumerate(data.splitlines(keepends=True)):
        where = f"{path.name}:{number + 1}"
        try:
            entry = Entry.model_validate_json(line)
        except ValidationError:
            wrong.append(Wrong(where, "cannot be read"))
            break
        if entry.line != line:
            wrong.append(Wrong(where, "is not written as a ledger writes"))
        if entry.number != number:
            wrong.append(Wrong(where, f"is line {entry.number + 1} of the ledger: lines are missing or moved"))
        elif entry.after != after:
            wrong.append(Wrong(where, "does not follow the line before"))
        after = hashlib.sha256(line).hexdigest()
        entries.append(entry)
    if not entries and not wrong:
        wrong.append(Wrong(path.name, "is empty"))
    return entries, wrong


def files(folder: Path) -> Iterator[str]:
    """All evidence files of a node, relative to its folder, in order."""
    return (
        path.relative_to(folder).as_posix()
        for path in sorted((folder / FOLDER).rglob("*"))
        if path.is_file() and path.suffix != ".part"
    )


def _signatures(folder: Path, entries: list[Entry], key: str | None) -> list[Wrong]:
    try:
        text = key if key is not None else (folder / PUBLIC).read_text()
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(text.strip()))
        if key is None and text != public.public_bytes_raw().hex() + "\n":
            raise ValueError("not written as a node writes")
    except (OSError, ValueError) as exc:
        return [Wrong(PUBLIC, f"the node's public key cannot be read: {exc}")]
    wrong = []
    for entry in entries:
        content = entry.model_dump(exclude={"signature"})
        try:
            public.verify(bytes.fromhex(entry.signature), canonical_json(content))
            if bytes.fromhex(entry.signature).hex() != entry.signature:
                raise ValueError
        except (InvalidSignature, ValueError):
            wrong.append(Wrong(f"{LEDGER}:{entry.number + 1}", "its signature is not this node's"))
    if entries and entries[0].facts.get("key") != public.public_bytes_raw().hex():
        wrong.append(Wrong(f"{LEDGER}:1", "names another key"))
    return wrong


def _key(folder: Path) -> Ed25519PrivateKey:
    path = folder / KEY
    if path.exists():
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text().strip()))
    key = Ed25519PrivateKey.generate()
    (folder / PUBLIC).write_text(key.public_key().public_bytes_raw().hex() + "\n")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key.private_bytes_raw().hex() + "\n")
        file.flush()
        os.fsync(descriptor)  # lines signed with a key that a power cut took away could never be verified
    return key


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
