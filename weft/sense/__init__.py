"""Sense: what the city's sensors say, in the words of OGC SensorThings API 1.1."""
