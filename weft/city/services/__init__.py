"""What changes the shared model: log-ins and tokens. The rest comes from the city folder."""

from weft.city.services.access import add_person, create_token, set_demonstration_password

__all__ = ["add_person", "create_token", "set_demonstration_password"]
