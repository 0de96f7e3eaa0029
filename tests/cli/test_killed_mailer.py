"""Workers that are killed while a flaky server takes their mail send each mail once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection

from kring.mailing.delivery import message_id
from kring.mailing.models import OutgoingMail
from kring.outbox.models import State
from tests.post_office import HERE, free_port

SEED = 11
DEATHS = 30


@pytest.fixture
def committed(transactional_db):
    """A database that other processes see too; jobs are no table of Django's."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")
        cursor.execute("delete from procrastinate_workers")


def test_each_mail_goes_once_whoever_dies(
    committed: None, child_environment: dict[str, str], tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    environment = {
        **child_environment,
        "PYTHONPATH": "src:.",
        "KRING_EMAIL_URL": f"smtp://{HERE}:{free_port()}?tls=none",
        "KRING_MAIL_PER_MINUTE": "100000",
        "KRING_MAIL_RETRY_SECONDS": "1",
    }
    module = "tests.cli.mortal_mailer"
    done = subprocess.run(
        [sys.executable, "-m", module, str(SEED), str(DEATHS), str(taken)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["in_the_middle"] > DEATHS // 10, "too few died at work to tell anything"
    mails = OutgoingMail.objects.all()
    assert {mail.state for mail in mails} == {State.SENT}
    counted = Counter(taken.read_text().split())
    assert set(counted) == {message_id(mail) for mail in mails}
    # The one exception: taken by the server, and its worker died before it wrote that
    # down. Such a mail goes again, as the same mail.
    doubled = {key for key, count in counted.items() if count > 1}
    assert doubled <= set(told["unrecorded"])
    assert sum(counted.values()) - len(counted) <= DEATHS * 2
