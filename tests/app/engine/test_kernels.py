"""What two machines must have in common to give the same bits."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from chalknet.engine.kernels import differences, kernels
from chalknet.version import versions


def kernels_of_another_process(**environment: str) -> dict[str, Any]:
    code = "import json; from chalknet.engine.kernels import kernels; print(json.dumps(kernels()))"
    told = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, check=True, capture_output=True
    )
    return dict(json.loads(told.stdout))


def test_processes_of_one_machine_agree() -> None:
    assert differences(kernels(), kernels_of_another_process()) == ""


def test_versions_system_and_kernels_are_told() -> None:
    found = kernels()
    assert found.items() >= versions().items()
    assert all(found.values())
    assert found["BLAS"] != "unknown"


@pytest.mark.parametrize("name", kernels())
def test_each_difference_is_named(name: str) -> None:
    here = kernels()
    there = {**here, name: "another"}
    assert differences(here, there) == f"{name} another where the server has {here[name]}"


def test_a_worker_that_does_not_say_is_different() -> None:
    assert "None" in differences(kernels(), versions())
