"""Who somebody is: their grants and posts, read from appointments in force."""

import hashlib

from django.db.models import Q

from weft.city.models import ApiToken, Appointment
from weft.city.queries.places import zone
from weft.kit.access import Actor, Grant, Post
from weft.kit.clock import now


def actor_of_person(person_id: int) -> Actor:
    """The person as an actor, with what their appointments of today allow."""
    today = now().astimezone(zone()).date()
    rows = (
        Appointment.objects.filter(person_id=person_id, person__is_active=True, start__lte=today)
        .filter(Q(end__isnull=True) | Q(end__gte=today))
        .values_list("person__name", "role_id", "role__permissions", "unit__path")
    )
    name = ""
    grants: set[Grant] = set()
    posts: set[Post] = set()
    for name, role, permissions, path in rows:  # noqa: B007
        posts.add(Post(role, path))
        grants.update(Grant(permission, path) for permission in permissions)
    return Actor(f"person:{person_id}", name, frozenset(grants), frozenset(posts))


def token_digest(token: str) -> str:
    """What is kept of a token: tokens are random, so a plain SHA-256 cannot be turned round."""
    return hashlib.sha256(token.encode()).hexdigest()


def actor_of_token(token: str) -> Actor | None:
    """The actor a bearer token stands for; None when it is unknown or revoked."""
    row = (
        ApiToken.objects.filter(digest=token_digest(token), revoked_at__isnull=True)
        .values_list("id", "name", "role_id", "role__permissions", "unit__path")
        .first()
    )
    if row is None:
        return None
    token_id, name, role, permissions, path = row
    grants = frozenset(Grant(permission, path) for permission in permissions)
    return Actor(f"token:{token_id}", name, grants, frozenset({Post(role, path)}))
