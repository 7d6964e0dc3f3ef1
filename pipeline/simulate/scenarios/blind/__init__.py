"""Plays written from DESIGN §4 and §5 alone, by somebody who had not read how the rules are coded."""
