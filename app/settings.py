"""Settings of one server, read once from arguments and the environment; afterwards plain values."""

import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import DirectoryPath, Field, FilePath, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from .ops.kill_points import POINTS
from .origins import parse_origin
from .version import requirements

# What the server's own paths begin with: nobody could tell whether a request for one has the root path.
OWN_NAMES = ("api", "docs", "health", "metrics", "openapi.json", "ready", "static", "version")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def usable_cores() -> int:
    """Cores this process may run on: fewer than the machine's in a container with a CPU set."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class KernelSettings(BaseSettings):
    """What is read before everything else: before NumPy is loaded."""

    model_config = SettingsConfigDict(env_prefix="CHALKNET_", frozen=True)

    reproducible: bool = Field(
        False,
        description="train with kernels that every x86-64 processor of the last ten years has, whatever is "
        "faster here: the same bits on all machines",
    )


class Settings(KernelSettings):
    """Each setting is an argument of `chalknet serve` or a variable CHALKNET_<NAME>."""

    host: str = Field("127.0.0.1", description="address to listen on; 0.0.0.0 lets the class in")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on; 0 lets the system choose")
    data_dir: Path = Field(Path("chalknet-data"), description="folder of the database and the data cache")
    datasets: DirectoryPath | None = Field(
        None, description="folder whose CSV and npz files are offered as data sets, read at the start"
    )
    workers: int | None = Field(
        None, ge=1, le=256, description="slices at a time; default: one per core, or all that a cluster has"
    )
    cluster_ca: FilePath | None = Field(None, description="certificate that signs those of the cluster, PEM")
    cluster_cert: FilePath | None = Field(None, description="this server's certificate for the cluster, PEM")
    cluster_key: FilePath | None = Field(None, description="key of that certificate, PEM")
    cluster: str | None = Field(
        None, description="train on the dask cluster with this scheduler, tls://host:port"
    )
    cluster_fallback: Literal["wait", "local"] = Field(
        "wait", description="what runs do while the cluster is away: wait, or train on this machine"
    )
    tls_cert: FilePath | None = Field(
        None, description="certificate under which the server speaks https, with those that sign it, PEM"
    )
    tls_key: FilePath | None = Field(None, validate_default=True, description="key of that certificate, PEM")
    public_urls: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="addresses of this server behind a proxy or under a name, separated by commas"
    )
    root_path: str = Field(
        "", description="path under which a proxy has this server on a host with others, such as /chalknet"
    )
    access: Literal["auto", "laboratory", "class", "open"] = Field(
        "auto",
        description="who may what: where others can reach the server a class with roles, else a laboratory "
        "without (auto); --class and --open say so in one word",
    )
    teacher_secret: Annotated[SecretStr, Field(min_length=12)] | None = Field(
        None, description="what makes a browser the teacher's; left out, a new one is printed at each start"
    )
    log_format: Literal["auto", "plain", "json"] = Field(
        "auto", description="lines for people, or an object per line; auto: plain on a terminal"
    )
    max_epoch_bytes: int = Field(
        2 * 10**9, ge=10**6, description="bytes of training states and past epochs; beyond, epochs are let go"
    )
    max_waiting_runs: int = Field(
        300, ge=1, description="runs of all that may be unfinished at the same time"
    )
    max_runs_each: int = Field(30, ge=1, description="runs of one browser or script that may be unfinished")
    max_kept_runs: int = Field(2000, ge=1, description="ended runs of all that are kept")
    max_kept_runs_each: int = Field(
        500, ge=1, description="ended runs of one browser or script that are kept"
    )

    faults: Annotated[dict[str, int], NoDecode] = Field(
        {}, description="for tests: moments to die at, as point=count,...; refused where others can reach it"
    )

    @property
    def tls(self) -> tuple[Path, Path] | None:
        """The certificate of https and its key."""
        return (self.tls_cert, self.tls_key) if self.tls_cert and self.tls_key else None

    @property
    def mode(self) -> Literal["laboratory", "class", "open"]:
        """What `access` comes to on this host."""
        if self.access != "auto":
            return self.access
        return "laboratory" if self.host in LOOPBACK else "class"

    @field_validator("cluster")
    @classmethod
    def _safe(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        url = urlsplit(value)
        if url.scheme not in ("tcp", "tls") or not url.hostname or not url.port:
            raise ValueError("the address of a dask scheduler is tls://host:port")
        if url.scheme == "tcp" and url.hostname not in LOOPBACK:
            raise ValueError(
                "without TLS whoever reaches the scheduler can run anything on its workers: tcp:// is for "
                "addresses of this machine, use tls://"
            )
        if url.scheme == "tls" and not all(
            info.data.get(f"cluster_{name}") for name in ("ca", "cert", "key")
        ):
            raise ValueError("tls:// needs --cluster-ca, --cluster-cert and --cluster-key")
        if not find_spec("distributed"):
            missing = " ".join(f"'{one}'" for one in requirements("cluster"))
            raise ValueError(f"it needs dask: pip install {missing}, or in a checkout '.[cluster]'")
        return value

    @field_validator("tls_key")
    @classmethod
    def _pair(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if "tls_cert" in info.data and (value is None) != (info.data["tls_cert"] is None):
            raise ValueError("--tls-cert and --tls-key need each other")
        return value

    @field_validator("faults", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        if isinstance(value, str):
            return {
                name: int(count) for name, count in (pair.split("=") for pair in value.split(",") if pair)
            }
        return value

    @field_validator("faults")
    @classmethod
    def _known(cls, value: dict[str, int], info: ValidationInfo) -> dict[str, int]:
        if value and info.data.get("host") not in LOOPBACK:
            raise ValueError("faults are for tests: they are refused on a server that others can reach")
        if not value.keys() <= POINTS.keys():
            raise ValueError(f"the points are {', '.join(POINTS)}")
        return value

    @field_validator("root_path")
    @classmethod
    def _path(cls, value: str) -> str:
        value = value.rstrip("/")
        if not re.fullmatch(r"(/[\w.~-]*[\w~-])*", value, re.ASCII):
            raise ValueError("a path begins with a slash, and has letters, digits and hyphens: /chalknet")
        if value.split("/")[1:2] and value.split("/")[1] in OWN_NAMES:
            raise ValueError(f"a path of the server itself begins with /{value.split('/')[1]}: take another")
        return value

    @field_validator("public_urls", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
        return value

    @field_validator("public_urls")
    @classmethod
    def _urls(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for url in value:
            if parse_origin(url) is None:
                raise ValueError(f"{url!r} is not an address such as http://chalknet.school.example:8000")
        return value
