"""Who may do what: actors, grants within a unit's subtree, and views that say who may enter."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from django.utils.translation import gettext as _

from weft.kit.errors import NotAllowed

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PERMISSIONS: "dict[str, StrOrPromise]" = {}
"""Every permission there is, with one sentence on what it allows; contexts add theirs with `declare`."""


def declare(permission: str, sentence: "StrOrPromise") -> None:
    """Make a permission known, so that roles may grant it."""
    PERMISSIONS[permission] = sentence


@dataclass(frozen=True, slots=True)
class Grant:
    """One permission within one unit and all units below it; an empty path is the whole city."""

    permission: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A role held at a unit."""

    role: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, a token, a resident without log-in, or the system itself."""

    key: str
    name: str = ""
    grants: frozenset[Grant] = field(default_factory=frozenset)
    posts: frozenset[Post] = field(default_factory=frozenset)
    all_powerful: bool = False

    @property
    def is_known(self) -> bool:
        """Whether this is somebody who signed in, or a token."""
        return self.key.startswith(("person:", "token:")) or self.all_powerful

    def may(self, permission: str, *, unit: str | None = None) -> bool:
        """Whether the actor holds the permission, anywhere or (with `unit`, a path) at that unit."""
        return self.all_powerful or any(
            grant.permission == permission and (unit is None or unit.startswith(grant.path))
            for grant in self.grants
        )

    def scope(self, permission: str) -> list[str]:
        """The unit paths in which the actor holds the permission, widest only; `[""]` is the whole city."""
        if self.all_powerful:
            return [""]
        return widest(grant.path for grant in self.grants if grant.permission == permission)


def widest(paths: Iterable[str]) -> list[str]:
    """The paths that do not lie below another of them."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(above) for above in kept):
            kept.append(path)
    return kept


SYSTEM = Actor("system", "Weft", all_powerful=True)
IMPORT = Actor("import", all_powerful=True)
RESIDENT = Actor("resident")
NOBODY = Actor("nobody")


def require(by: Actor, permission: str, *, unit: str | None = None) -> None:
    """Refuse with `NotAllowed` unless the actor holds the permission (at the unit's path, if given)."""
    if not by.may(permission, unit=unit):
        allowed = PERMISSIONS.get(permission, permission)
        raise NotAllowed(_("You are not allowed to do this. It needs the permission “%s”.") % allowed)


View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
SIGNED_IN = "signed in"


def public(view: View) -> View:
    """Mark a view that anybody may enter."""
    view.weft_access = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Mark a view that anybody with a log-in may enter."""
    view.weft_access = SIGNED_IN  # type: ignore[attr-defined]
    return view


def guarded(permission: str) -> Callable[[View], View]:
    """Mark a view that needs a permission, anywhere in the city; the view narrows to units itself."""

    def mark(view: View) -> View:
        view.weft_access = permission  # type: ignore[attr-defined]
        return view

    return mark
