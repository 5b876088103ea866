"""The client for scripts and notebooks that do one thing after the other."""

import ssl
import time
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from . import calls
from .calls import Call, Refused
from .facts import Facts
from .progress import Progress
from .story import ENDED, Epoch, Pauses, Story, try_again

if TYPE_CHECKING:
    import nncore

T = TypeVar("T")


class Client:
    """A server. `token` is what the page gives in a class; `owner` names the script where there is none.

    `patience` is how many seconds a broken connection is tried again while a run is started or followed;
    `verify` a context with the certificates to trust, where https is spoken and they are not the world's.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        token: str | None = None,
        *,
        owner: str | None = None,
        patience: float = 300.0,
        verify: ssl.SSLContext | bool = True,
    ) -> None:
        self.http = httpx.Client(**calls.connection(url, token, owner, verify))
        self.patience = patience

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self.http.close()

    def start(self, preset: str | None = None, **settings: Any) -> "Run":
        """Start a run: a preset, settings, or a preset with some settings changed; `name`, `twin_of` too."""
        return Run(self, self.ask(calls.start(preset, settings)))

    def run(self, run_id: str) -> "Run":
        """A run that is there."""
        return Run(self, self.ask(calls.one(run_id)))

    def runs(self) -> list["Run"]:
        """All runs, newest first."""
        found: list[Run] = []
        token: str | None = None
        while True:
            page = self.ask(calls.page(token))
            found += [Run(self, facts) for facts in page["runs"]]
            token = page["next_page_token"]
            if token is None:
                return found

    def ask(self, call: Call[T]) -> T:
        """Send a request. Refused: the server says no; NoAnswer: nobody is there."""
        pauses, is_first = Pauses(self.patience), True
        while True:
            try:
                return call.answered(
                    self.http.request(
                        call.method, call.path, json=call.body, params=call.query, headers=call.headers
                    )
                )
            except httpx.TransportError as error:
                problem: Exception = calls.no_answer(self.http.base_url, error)
                if not call.repeats(error, is_first=is_first):
                    raise problem from error
            except Refused as refusal:
                if not call.repeats(refusal, is_first=is_first):
                    raise
                problem = refusal
            is_first = False
            time.sleep(pauses.take(problem))


class Run(Facts):
    """A run on a server."""

    def __init__(self, client: Client, facts: dict[str, Any]) -> None:
        self.client = client
        self.facts = facts

    def refresh(self) -> "Run":
        """Ask how it is now."""
        self.facts = self.client.ask(calls.one(self.id))
        return self

    def change(self, **wishes: Any) -> "Run":
        """Want something of it: `wanted`, `advance`, `eta`, `epochs`, `rate`, `name`, `pinned`."""
        self.facts = self.client.ask(calls.change(self.id, wishes))
        return self

    def pause(self) -> "Run":
        return self.change(wanted="paused")

    def resume(self) -> "Run":
        return self.change(wanted="running")

    def stop(self) -> "Run":
        """End it; what it has learned stays."""
        return self.change(wanted="stopped")

    def delete(self) -> None:
        self.client.ask(calls.delete(self.id))

    def follow(self, progress: bool = False) -> Iterator[Epoch]:
        """Every epoch once, from the first on, as it ends; over when the run is.

        A connection that breaks, or a server that starts again, is waited for and then gone on with.

        Raises:
            Refused: the run is gone, or one is not in the class any more.
            NoAnswer: no server for longer than the client's patience.
        """
        story, pauses = Story(self.id), Pauses(self.client.patience)
        bar = Progress(self.facts["epochs"], None if progress else False)
        try:
            while True:
                error: Exception | None = None
                story.begin()
                try:
                    with self.client.http.stream("GET", "/events", params=story.query) as answer:
                        if not answer.is_success:
                            answer.read()
                        calls.refuse(answer)
                        for line in answer.iter_lines():
                            pauses.reset()
                            for epoch in story.take(line):
                                bar.update(epoch.epoch, epoch.test_accuracy)
                                yield epoch
                            if line == "" and story.has_ended and story.is_over(self.refresh().facts):
                                return
                except (httpx.TransportError, calls.NoAnswer) as broken:
                    error = calls.no_answer(self.client.http.base_url, broken)
                except Refused as refusal:
                    if not try_again(refusal):
                        raise
                    error = refusal
                time.sleep(pauses.take(error))
        finally:
            bar.close()

    def wait(self, progress: bool = True) -> "Run":
        """Return when it has ended, however it has; on a terminal and in a notebook with a bar."""
        if self.status not in ENDED:
            for _ in self.follow(progress):
                pass
        return self.refresh()

    def columns(self) -> dict[str, list[Any]]:
        """Loss and accuracy after every epoch, as equally long columns."""
        return self.client.ask(calls.columns(self.id))

    def history(self) -> Any:
        """The columns as a pandas DataFrame, or as they are where pandas is not installed."""
        return calls.table(self.columns())

    def script(self, form: str = "python") -> str:
        """A program that needs no server and comes to the same weights; or, as `form` says, a notebook, the
        lecture's class in NumPy alone (class), or a request that starts it once more (curl)."""
        return self.client.ask(calls.script(self.id, form))

    def params(self, epoch: int | None = None) -> "nncore.Params":
        """Weights and biases: of now, or after an epoch (0: before the first step)."""
        import nncore

        return nncore.load_params(self.client.ask(calls.weights(self.id, epoch)))
