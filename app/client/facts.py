"""What a server said of a run last."""

from typing import Any


class Facts:
    """A run as it was when it was last asked for; `facts` is all of it (`GET /runs/{id}`)."""

    facts: dict[str, Any]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} {self.name!r}: {self.status}, epoch {self.epoch}>"

    @property
    def id(self) -> str:
        return str(self.facts["id"])

    @property
    def name(self) -> str:
        return str(self.facts["name"])

    @property
    def status(self) -> str:
        """SCHEDULED, RUNNING, PAUSED, FINISHED, STOPPED or FAILED."""
        return str(self.facts["status"])

    @property
    def settings(self) -> dict[str, Any]:
        """With all that was filled in."""
        return dict(self.facts["config"])

    @property
    def epoch(self) -> int:
        """Completed epochs."""
        return int(self.facts["epoch"])

    @property
    def fingerprint(self) -> str | None:
        """SHA-256 of the final weights and biases; None before the end."""
        fingerprint: str | None = self.facts["fingerprint"]
        return fingerprint
