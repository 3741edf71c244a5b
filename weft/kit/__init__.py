"""Kit: what every context stands on; not a word about cities."""
