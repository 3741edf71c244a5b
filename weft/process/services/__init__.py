"""What moves work: deploying a process, opening a case, completing a task."""

from weft.process.services.bulk import start_in_bulk
from weft.process.services.cases import complete_task, start_case
from weft.process.services.versions import deploy, deploy_library

__all__ = ["complete_task", "deploy", "deploy_library", "start_case", "start_in_bulk"]
