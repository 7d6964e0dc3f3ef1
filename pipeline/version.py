"""The version, in every event's provenance."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("matthan")
except PackageNotFoundError:  # run from a source tree that was not installed
    VERSION = "0+source"
