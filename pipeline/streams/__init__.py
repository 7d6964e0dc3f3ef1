"""Pixels in: files now, cameras later."""
