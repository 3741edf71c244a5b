"""Settings, operator options, addresses and the programs that serve them."""
