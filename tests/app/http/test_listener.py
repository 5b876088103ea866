"""Where the server listens."""

import socket

import pytest
from chalknet.http.listener import CannotListen, listen, port_of, url_of


def test_a_port_of_the_systems_choice_is_told() -> None:
    (listener,) = listen("127.0.0.1", 0)
    with listener, socket.create_connection(("127.0.0.1", port_of([listener])), timeout=10):
        assert url_of(listener, "http") == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_an_answer_in_two_parts_does_not_wait_for_an_acknowledgement() -> None:
    (listener,) = listen("127.0.0.1", 0)
    with listener, socket.create_connection(("127.0.0.1", port_of([listener])), timeout=10):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_all_addresses_of_a_name_have_one_port() -> None:
    sockets = listen("localhost", 0)
    assert {listener.getsockname()[1] for listener in sockets} == {port_of(sockets)}
    for listener in sockets:
        listener.close()


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine speaks no IPv6")
def test_an_ipv6_address_is_told_in_brackets() -> None:
    try:
        (listener,) = listen("::1", 0)
    except CannotListen:
        pytest.skip("this machine has no IPv6 address")
    with listener:
        assert url_of(listener, "http") == f"http://[::1]:{listener.getsockname()[1]}"


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotListen, match=f"Port {port} of 127.0.0.1 is in use"):
            listen("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(CannotListen, match=r"Cannot listen on 192\.0\.2\.1, port 8000"):
        listen("192.0.2.1", 8000)
