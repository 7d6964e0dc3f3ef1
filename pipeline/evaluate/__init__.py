"""Scoring: what a run reported, compared with what happened."""
