"""How matthan-n is trained: data → composites → network and teacher → exported model. `README.md` has the commands."""
