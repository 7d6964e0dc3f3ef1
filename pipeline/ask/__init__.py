"""Questions to runs: what was seen when, and how two runs differ."""
