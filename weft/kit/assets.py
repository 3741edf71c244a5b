"""The address of static files: it carries a digest of the package, so that browsers may keep them for ever."""

import hashlib
from pathlib import Path
from wsgiref.headers import Headers


def digest_of(package: Path) -> str:
    """Twelve characters that change whenever a static file of the package does."""
    digest = hashlib.sha256()
    for path in sorted(package.glob("*/static/**/*")):
        if path.is_file():
            digest.update(str(path.relative_to(package)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def may_be_kept(headers: Headers, path: str, url: str) -> None:
    """Tell browsers that the file at this address never changes (WhiteNoise hook)."""
    if headers.get("Cache-Control", "").startswith("max-age=31536000"):
        headers["Cache-Control"] = "max-age=31536000, public, immutable"
