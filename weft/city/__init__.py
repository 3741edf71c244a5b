"""City: the one shared model of places, organisation, people, assets, services and calendars."""
