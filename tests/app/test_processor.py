"""Which kernels are chosen, and that a choice that kills a process is none."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from chalknet.processor import VARIABLE, Trial, better_kernels, processor_flags

from tests.classroom import LONG, Client, Server

AVX2 = ["fpu", "sse4_2", "avx", "avx2", "fma"]
AVX512 = [*AVX2, "avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"]
RUN = {"preset": "two-features", "epochs": 3, "batch_size": 5}


def found(*cores: str) -> Trial:
    return Trial(cores, ())


@pytest.mark.parametrize(
    ("flags", "by_itself", "tried", "chosen"),
    [
        (AVX512, found("Haswell", "Haswell"), found("SkylakeX", "SkylakeX"), "SkylakeX"),
        (AVX512, found("SkylakeX", "Zen"), found("SkylakeX", "SkylakeX"), "SkylakeX"),  # one of two libraries
        (AVX512, found("SkylakeX", "SapphireRapids"), None, None),
        (AVX512, found("Haswell", "Haswell"), None, None),  # the system does not let it: the child dies
        (AVX512, found("Haswell", "Haswell"), found("Haswell", "SkylakeX"), None),
        (AVX512, found(), found("SkylakeX"), None),  # no OpenBLAS at all
        (AVX512[:-1], found("Haswell", "Haswell"), found("SkylakeX", "SkylakeX"), None),
        (AVX2, found("Prescott", "Prescott"), found("Haswell", "Haswell"), "Haswell"),
        (AVX2, found("Haswell", "Zen"), None, None),
        (["fpu", "sse4_2"], None, None, None),
        ([], None, None, None),
    ],
)
def test_kernels_are_chosen_where_openblas_underestimates_and_the_processor_can(
    flags: list[str], by_itself: Trial | None, tried: Trial | None, chosen: str | None
) -> None:
    asked: list[dict[str, str]] = []

    def attempt(setting: dict[str, str]) -> Trial | None:
        asked.append(setting)
        return tried if setting else by_itself

    assert better_kernels(flags, attempt) == ({VARIABLE: chosen} if chosen else {})
    assert chosen is None or asked == [{}, {VARIABLE: chosen}]


def test_flags_are_the_systems_view(tmp_path: Path) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text("processor : 0\nflags\t\t: fpu avx2 fma\nbugs : none\n\nprocessor : 1\nflags : fpu\n")
    pc = platform.machine() in ("x86_64", "AMD64")
    assert processor_flags(file) == (frozenset({"fpu", "avx2", "fma"}) if pc else frozenset())
    assert processor_flags(tmp_path / "missing") == frozenset()


def chosen_here(*arguments: str, **environment: str) -> dict[str, str]:
    """What `chalknet kernels` sets on this machine."""
    told = subprocess.run(
        [sys.executable, "-m", "chalknet", "kernels", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(line.split("=", 1) for line in told.stdout.split())


def test_what_the_user_has_set_stays() -> None:
    assert chosen_here(OPENBLAS_CORETYPE="Sandybridge") == {}


def test_a_child_that_dies_of_it_means_no(tmp_path: Path) -> None:
    """NumPy in its place here is one that ends as on a processor that lacks an instruction."""
    (tmp_path / "numpy.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGILL)\n")
    code = "import json; from chalknet.processor import choose_kernels; print(json.dumps(choose_kernels()))"
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**environment, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        check=True,
    )
    assert json.loads(told.stdout) == {}


def test_kernels_cannot_be_chosen_once_numpy_is_there() -> None:
    code = "import numpy; from chalknet.processor import choose_kernels; choose_kernels()"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "RuntimeError: NumPy is loaded" in told.stderr


@pytest.mark.skipif(not {"avx2", "fma"} <= processor_flags(), reason="needs a PC's processor with AVX2")
def test_reproducible_runs_end_in_the_same_bits_whatever_openblas_would_take(
    new_server: Callable[..., Server], tmp_path: Path
) -> None:
    ended = []
    for number, core_type in enumerate(("", "Sandybridge", "Haswell")):
        setting = {VARIABLE: core_type} if core_type else {}
        folder = tmp_path / str(number)
        server = new_server(folder, arguments=["--reproducible"], **setting).start()
        with Client(server) as client:
            run = client.until_ended(client.create(**RUN)["id"])
            assert client.http.get(f"{server.url}/version").json()["kernels"] == run["kernels"][0]
        server.stop()
        ended.append((run["fingerprint"], run["kernels"]))
    assert ended[0][1][0].startswith("Haswell, NumPy ")
    assert ended == ended[:1] * 3


def test_a_run_keeps_with_which_kernels_it_was_computed(new_server: Callable[..., Server]) -> None:
    """Another processor goes on with it: both are named, in this order."""
    told = []
    run_id = ""
    for core_type in ("Nehalem", "Sandybridge"):
        server = new_server(**{VARIABLE: core_type}).start()
        with Client(server) as client:
            run_id = run_id or client.create(**LONG)["id"]
            status = next(one for one in client.events(run_id) if one.get("kernels") and one not in told)
            told.append(status)
            assert client.run(run_id)["kernels"] == [one["kernels"] for one in told]
        server.kill()
    assert len({one["kernels"] for one in told}) == (2 if processor_flags() else 1)
