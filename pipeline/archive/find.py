"""Paths → video files: files, folders with all below them, globs, and lists of these."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.errors import InputError

SUFFIXES = frozenset((
    ".mp4", ".m4v", ".mkv", ".avi", ".mov", ".ts", ".m2ts", ".mts", ".flv", ".webm", ".mpg", ".mpeg", ".wmv", ".asf",
    ".3gp", ".dav", ".h264", ".h265", ".264", ".265", ".hevc",
))  # fmt: skip
"""What counts as footage in a folder or a glob; a file that is named is taken as it is."""


def files(paths: Sequence[str]) -> list[Path]:
    """All files, each once, in order of their paths. `@LIST` is a text file with a path on every line.

    Raises `InputError` where one of the paths leads to nothing.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        any_ = False
        for file in _below(path):
            any_ = True
            found.setdefault(file.resolve(), file)
        if not any_:
            raise InputError(f"{path}: no such file or folder, or no footage in it ({', '.join(sorted(SUFFIXES))})")
    return sorted(found.values())


def _below(path: str) -> Iterator[Path]:
    if path.startswith("@"):
        yield from _listed(Path(path[1:]))
    elif Path(path).is_dir():
        yield from (p for p in Path(path).rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    elif Path(path).exists():
        yield Path(path)
    else:
        yield from (
            p for p in map(Path, glob.iglob(path, recursive=True)) if p.suffix.lower() in SUFFIXES and p.is_file()
        )


def _listed(path: Path) -> Iterator[Path]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise InputError(f"@{path}: the list cannot be read: {getattr(exc, 'strerror', None) or exc}") from exc
    for number, line in enumerate(lines, 1):
        if not (text := line.strip()) or text.startswith("#"):
            continue
        file = path.parent / text
        if not file.exists():
            raise InputError(f"{path}: line {number}: no such file: {file}")
        yield from _below(str(file))
