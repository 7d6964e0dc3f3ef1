"""Reports of runs as HTML pages, to be looked at without a network."""
