"""Scene → events: one file per behaviour, all pure."""
