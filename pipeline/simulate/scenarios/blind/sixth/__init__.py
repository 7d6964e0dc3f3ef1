"""A sixth set, written from DESIGN §4 and §5 alone by somebody else."""
