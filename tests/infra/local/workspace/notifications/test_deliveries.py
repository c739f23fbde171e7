"""What reaches people and receivers, and what is done where it does not."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.workspace.identity.caller import Caller, Principal
from infra.local.workspace.notifications.model import Notifications
from infra.local.workspace.store import Document, Store
from tests.infra.local.workspace.notifications.inbox import subjects, wait_for_mail
from tests.infra.local.workspace.notifications.receiver import Received, Receiver

_WORKSPACE = 7
_ADMIN = Caller(Principal("1", "user", "ada@example.com", "Ada"), frozenset(), is_workspace_admin=True)
_PAYLOAD = {"event": "alert_state_change", "id": "1"}


def _name(workspace_id: int) -> str:
    return f"dev ({workspace_id})"


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    """A receiver that the account trusts."""
    folder = tmp_path / "receiver"
    folder.mkdir()
    with Receiver(folder) as listening:
        listening.trust(tmp_path)
        yield listening


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The account's store."""
    opened = Store(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.fixture
def notifications(tmp_path: Path, store: Store) -> Iterator[Notifications]:
    """The service, which waits little between attempts."""
    service = Notifications(store, tmp_path, name_workspace=_name, retry_seconds=(0.01, 0.01))
    service.start()
    yield service
    service.stop()


def test_people_get_one_message(tmp_path: Path, notifications: Notifications) -> None:
    """Addresses and e-mail destinations share a message; nobody is in it twice."""
    ops = _create(notifications, {"email": {"addresses": ["ops@example.com", "ada@example.com"]}})
    send(notifications, ops, emails=["ada@example.com"], subject="Alert\nfired")
    message = wait_for_mail(tmp_path)
    assert message["To"] == "ada@example.com, ops@example.com"
    assert message["Subject"] == "Alert fired"
    assert message["From"]
    assert message["Date"]
    assert message.get_content() == "It fired: ä.\nWorkspace: dev (7)\n"
    assert subjects(tmp_path) == []


def test_a_receiver_gets_the_payload_and_the_credentials(
    notifications: Notifications, receiver: Receiver
) -> None:
    """JSON over HTTPS with basic authentication; nobody is mailed."""
    send(notifications, _hook(notifications, receiver))
    assert receiver.next() == Received("alerts:geheim", _PAYLOAD)


def test_a_failing_receiver_is_asked_again_with_the_same(
    notifications: Notifications, receiver: Receiver
) -> None:
    """After 503 and 500 the third attempt brings the same payload."""
    receiver.answers += [503, 500]
    send(notifications, _hook(notifications, receiver))
    assert [receiver.next().payload for _ in range(3)] == [_PAYLOAD] * 3
    assert_quiet(receiver)


def test_a_refusing_receiver_is_not_asked_again(
    notifications: Notifications, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """403 is an answer; the log tells of it, and what comes after is delivered."""
    receiver.answers += [403]
    hook = _hook(notifications, receiver)
    send(notifications, hook, subject="first")
    receiver.next()
    send(notifications, hook, subject="second")
    receiver.next()
    assert_quiet(receiver)
    assert "Could not deliver 'first': the receiver answered 403" in caplog.text


def test_a_receiver_that_stays_away_is_given_up(
    tmp_path: Path, notifications: Notifications, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """People are mailed nevertheless, and nothing is left to be delivered."""
    hook = _create(notifications, {"generic_webhook": {"url": "https://127.0.0.1:1/hook"}})
    send(notifications, hook, emails=["ada@example.com"])
    wait_for_mail(tmp_path)
    notifications.stop()
    Notifications(store, tmp_path, name_workspace=_name, retry_seconds=()).start()
    _wait_until_empty(store)
    assert "Could not deliver 'Alert fired': ConnectError" in caplog.text


def test_an_untrusted_receiver_gets_nothing(
    tmp_path: Path, notifications: Notifications, receiver: Receiver, store: Store
) -> None:
    """A certificate that nobody vouched for is a failure, and the password stays here."""
    for certificate in (tmp_path / "tls" / "trusted").iterdir():
        certificate.unlink()
    send(notifications, _hook(notifications, receiver))
    _wait_until_empty(store)
    assert_quiet(receiver)


def test_a_restart_delivers_what_was_left(tmp_path: Path, store: Store, receiver: Receiver) -> None:
    """What an account did not get rid of is delivered by the next one."""
    first = Notifications(store, tmp_path, name_workspace=_name, retry_seconds=(600,))
    receiver.answers += [503]
    send(first, _hook(first, receiver))
    receiver.next()
    first.stop()
    second = Notifications(store, tmp_path, name_workspace=_name)
    second.start()
    assert receiver.next().payload == _PAYLOAD
    second.stop()


def test_a_destination_that_is_gone_is_told_in_the_log(
    tmp_path: Path, notifications: Notifications, caplog: pytest.LogCaptureFixture
) -> None:
    """The sender is not disturbed, and the others are told."""
    send(notifications, "no-such-id", emails=["ada@example.com"])
    wait_for_mail(tmp_path)
    assert "Notification destination no-such-id of 'Alert fired' is gone" in caplog.text


def send(
    notifications: Notifications,
    *destinations: str,
    emails: list[str] | None = None,
    subject: str = "Alert fired",
) -> None:
    """Tell somebody something."""
    notifications.send(
        _WORKSPACE,
        emails=emails or [],
        destinations=destinations,
        subject=subject,
        text="It fired: ä.",
        payload=_PAYLOAD,
    )


def assert_quiet(receiver: Receiver) -> None:
    """Nobody calls."""
    with pytest.raises(queue.Empty):
        receiver.next(seconds=0.2)


def _hook(notifications: Notifications, receiver: Receiver) -> str:
    return _create(
        notifications,
        {"generic_webhook": {"url": receiver.url, "username": "alerts", "password": "geheim"}},
    )


def _create(notifications: Notifications, config: Document) -> str:
    made = notifications.destinations.create(
        _ADMIN, _WORKSPACE, {"display_name": "somebody", "config": config}
    )
    return str(made["id"])


def _wait_until_empty(store: Store) -> None:
    letters = store.collection("outbox")
    for _ in range(500):
        if not letters.all():
            return
        _pause()
    raise TimeoutError(letters.all())


def _pause() -> None:
    with pytest.raises(queue.Empty):
        queue.Queue[None]().get(timeout=0.02)
