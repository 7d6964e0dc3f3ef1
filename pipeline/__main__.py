"""The `matthan` command: runs it, and turns errors into one clear line each."""

from __future__ import annotations

import sys

from pipeline.errors import MatthanError, redact


def main() -> None:
    """Exit codes: 0 ok, 1 a run failed, 2 usage, configuration or input that cannot be read."""
    from pipeline.cli import app  # not by the processes that a run starts, which import this file too

    debug = "--debug" in sys.argv
    if debug:
        sys.argv.remove("--debug")
    try:
        app()
    except MatthanError as exc:
        if debug:
            raise
        for line in str(exc).splitlines():
            sys.stderr.write(f"error: {line}\n")
        sys.exit(exc.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as exc:
        if debug:
            raise
        sys.stderr.write(f"error: {redact(f'{exc.filename}: {exc.strerror}' if exc.filename else str(exc))}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
