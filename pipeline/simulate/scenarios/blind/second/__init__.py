"""A second set of blind plays, kept out of all tuning: how the rules do on what nobody showed them."""
