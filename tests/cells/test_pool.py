"""Things lent out and used again."""

from skrnn.cells import pool
from skrnn.cells.pool import lend


def test_a_thing_is_lent_to_one_at_a_time(monkeypatch):
    monkeypatch.setattr(pool, "_idle", [])
    one, other = lend("list", list), lend("list", list)
    assert one.value is not other.value
    first = one.value
    del one
    assert lend("list", list).value is first


def test_the_key_must_match(monkeypatch):
    monkeypatch.setattr(pool, "_idle", [])
    first = lend("list", list).value
    assert lend("other", list).value is not first


def test_no_more_than_some_wait(monkeypatch):
    monkeypatch.setattr(pool, "_idle", [])
    leases = [lend(i, list) for i in range(pool.MOST_IDLE + 3)]
    del leases
    assert len(pool._idle) == pool.MOST_IDLE
