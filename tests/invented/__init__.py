"""The invented city that tests and docs use."""
