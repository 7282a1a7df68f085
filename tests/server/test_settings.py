"""Who may open a server, and how limits are set."""

from __future__ import annotations

import pytest

from kaldor.errors import InputError
from kaldor.server.settings import Limits, Settings, is_loopback

TOKEN = "a-long-enough-token-for-tests"


def test_other_hosts_need_a_token():
    with pytest.raises(InputError, match="without a token"):
        Settings(host="0.0.0.0")
    assert not Settings(host="0.0.0.0", token=TOKEN).on_loopback


def test_a_short_token_is_refused_and_no_token_is_shown():
    with pytest.raises(InputError, match="too easy to guess"):
        Settings(token="secret")
    assert TOKEN not in repr(Settings(token=TOKEN))


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False),
     ("192.168.1.7", False), ("localhost.evil.com", False), ("127.0.0.1.evil.com", False), ("", False)],
)  # fmt: skip
def test_what_is_loopback(host, expected):
    assert is_loopback(host) is expected


def test_limits_from_environment_and_options_the_option_wins():
    limits = Limits().changed(["upload_mb=9"], {"KALDOR_LIMIT_UPLOAD_MB": "5", "KALDOR_LIMIT_JOBS_AT_ONCE": "2"})
    assert (limits.upload_mb, limits.jobs_at_once) == (9, 2)


def test_all_wrong_limits_are_named_together():
    with pytest.raises(InputError) as caught:
        Limits().changed(["uplod_mb=9", "upload_mb=many", "body_mb=-1", "body_mb=inf"], {"KALDOR_LIMIT_NO": "1"})
    assert len(caught.value.problems) == 5
    assert "unknown limit 'uplod_mb'" in str(caught.value)


def test_jobs_run_elsewhere_only_for_a_server_that_writes_nothing():
    with pytest.raises(InputError, match="--read-only or --workers 2"):
        Settings(dask="tcp://127.0.0.1:8786")
    assert not Settings(dask="tcp://127.0.0.1:8786", read_only=True).writes
    assert not Settings(dask="tcp://127.0.0.1:8786", workers=2).writes
    assert Settings(workers=1).writes
