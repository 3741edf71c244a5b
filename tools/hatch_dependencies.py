"""Read the run-time dependencies from requirements/run.in, so that they are written down once."""

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Dependencies(MetadataHookInterface):
    """Hatchling hook: the names in requirements/run.in are the package's dependencies."""

    def update(self, metadata: dict[str, Any]) -> None:
        lines = Path(self.root, "requirements", "run.in").read_text(encoding="utf-8").splitlines()
        metadata["dependencies"] = [line for line in lines if line and not line.startswith("#")]
