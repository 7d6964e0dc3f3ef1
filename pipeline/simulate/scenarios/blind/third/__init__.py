"""A third set of plays, again written from DESIGN §4 and §5 alone, by somebody who had not read how rules are coded."""
