"""What makes somebody somebody."""

import secrets

import pytest
from chalknet.classroom.secrets import new_token


def test_a_token_is_no_option_of_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["-begins-with-one", "-so-does-this", "has-one-inside"])
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _: next(drawn))
    assert new_token() == "has-one-inside"
