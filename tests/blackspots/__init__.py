"""Black spots."""
