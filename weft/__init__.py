"""Weft: the integrated digital platform of a city government."""
