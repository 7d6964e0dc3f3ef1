"""Each step from one format to the next. A released step never changes."""
