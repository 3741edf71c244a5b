"""How the Boston city folder is made from the city's open data, one module for each kind of set."""
