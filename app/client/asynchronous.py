"""The same client for programs that await: what it asks and what it reads is in calls.py and story.py."""

import asyncio
import ssl
from collections.abc import AsyncIterator
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


class AsyncClient:
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
        self.http = httpx.AsyncClient(**calls.connection(url, token, owner, verify))
        self.patience = patience

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Hang up."""
        await self.http.aclose()

    async def start(self, preset: str | None = None, **settings: Any) -> "AsyncRun":
        """Start a run: a preset, settings, or a preset with some settings changed; `name`, `twin_of` too."""
        return AsyncRun(self, await self.ask(calls.start(preset, settings)))

    async def run(self, run_id: str) -> "AsyncRun":
        """A run that is there."""
        return AsyncRun(self, await self.ask(calls.one(run_id)))

    async def runs(self) -> list["AsyncRun"]:
        """All runs, newest first."""
        found: list[AsyncRun] = []
        token: str | None = None
        while True:
            page = await self.ask(calls.page(token))
            found += [AsyncRun(self, facts) for facts in page["runs"]]
            token = page["next_page_token"]
            if token is None:
                return found

    async def ask(self, call: Call[T]) -> T:
        """Send a request. Refused: the server says no; NoAnswer: nobody is there."""
        pauses, is_first = Pauses(self.patience), True
        while True:
            try:
                return call.answered(
                    await self.http.request(
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
            await asyncio.sleep(pauses.take(problem))


class AsyncRun(Facts):
    """A run on a server."""

    def __init__(self, client: AsyncClient, facts: dict[str, Any]) -> None:
        self.client = client
        self.facts = facts

    async def refresh(self) -> "AsyncRun":
        """Ask how it is now."""
        self.facts = await self.client.ask(calls.one(self.id))
        return self

    async def change(self, **wishes: Any) -> "AsyncRun":
        """Want something of it: `wanted`, `advance`, `eta`, `epochs`, `rate`, `name`, `pinned`."""
        self.facts = await self.client.ask(calls.change(self.id, wishes))
        return self

    async def pause(self) -> "AsyncRun":
        return await self.change(wanted="paused")

    async def resume(self) -> "AsyncRun":
        return await self.change(wanted="running")

    async def stop(self) -> "AsyncRun":
        """End it; what it has learned stays."""
        return await self.change(wanted="stopped")

    async def delete(self) -> None:
        await self.client.ask(calls.delete(self.id))

    async def follow(self, progress: bool = False) -> AsyncIterator[Epoch]:
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
                    async with self.client.http.stream("GET", "/events", params=story.query) as answer:
                        if not answer.is_success:
                            await answer.aread()
                        calls.refuse(answer)
                        async for line in answer.aiter_lines():
                            pauses.reset()
                            for epoch in story.take(line):
                                bar.update(epoch.epoch, epoch.test_accuracy)
                                yield epoch
                            if line == "" and story.has_ended and story.is_over((await self.refresh()).facts):
                                return
                except (httpx.TransportError, calls.NoAnswer) as broken:
                    error = calls.no_answer(self.client.http.base_url, broken)
                except Refused as refusal:
                    if not try_again(refusal):
                        raise
                    error = refusal
                await asyncio.sleep(pauses.take(error))
        finally:
            bar.close()

    async def wait(self, progress: bool = True) -> "AsyncRun":
        """Return when it has ended, however it has; on a terminal and in a notebook with a bar."""
        if self.status not in ENDED:
            async for _ in self.follow(progress):
                pass
        return await self.refresh()

    async def columns(self) -> dict[str, list[Any]]:
        """Loss and accuracy after every epoch, as equally long columns."""
        return await self.client.ask(calls.columns(self.id))

    async def history(self) -> Any:
        """The columns as a pandas DataFrame, or as they are where pandas is not installed."""
        return calls.table(await self.columns())

    async def script(self, form: str = "python") -> str:
        """A program that needs no server and comes to the same weights; or, as `form` says, a notebook, the
        lecture's class in NumPy alone (class), or a request that starts it once more (curl)."""
        return await self.client.ask(calls.script(self.id, form))

    async def params(self, epoch: int | None = None) -> "nncore.Params":
        """Weights and biases: of now, or after an epoch (0: before the first step)."""
        import nncore

        return nncore.load_params(await self.client.ask(calls.weights(self.id, epoch)))
