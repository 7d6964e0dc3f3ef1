"""Plays that aim at the weak spots of the rules, by somebody who had read their code; truth is DESIGN §4's alone."""
