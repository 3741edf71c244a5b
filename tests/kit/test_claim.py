"""A data folder belongs to one process at a time; its database may have guests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from weft.kit.claim import Taken, after_guests, claim, guest, held_by, is_held

HOLD = """
import sys, time
from pathlib import Path
from weft.kit.claim import claim
with claim(Path(sys.argv[1]), purpose="up", address="http://127.0.0.1:8000"):
    print("held", flush=True)
    time.sleep(60)
"""


def holder(data: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(data)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_claim_is_refused_with_who_holds_it_and_where(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        with pytest.raises(Taken) as refusal, claim(tmp_path, purpose="up", patience=20):
            pass
        process.kill()
    assert f"`weft up` (process {process.pid}) runs on it at http://127.0.0.1:8000" in str(refusal.value)


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        assert is_held(tmp_path)
        process.kill()
    assert not is_held(tmp_path)
    with claim(tmp_path, purpose="load"):
        assert held_by(tmp_path).pid == os.getpid()


def test_the_one_who_runs_the_database_waits_for_its_guests(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom weft.kit.claim import after_guests\n"
        "with after_guests(Path(sys.argv[1])): print('alone', flush=True)"
    )
    with guest(tmp_path), guest(tmp_path):
        waiting = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(1)
    assert waiting.communicate(timeout=20)[0] == "alone\n"
    with after_guests(tmp_path):
        pass


def test_a_folder_that_was_never_used_is_free(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()
