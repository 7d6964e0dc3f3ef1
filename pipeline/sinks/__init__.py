"""Events out: stored first, delivered from the store."""
