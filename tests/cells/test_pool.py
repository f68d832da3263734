"""Things lent out and used again."""

from skrnn.cells import pool
from skrnn.cells.pool import lend


def test_a_thing_is_lent_to_one_at_a_time(monkeypatch):
    monkeypatch.setattr(pool._pool, "idle", [])
    one, other = lend("list", list), lend("list", list)
    assert one.value is not other.value
    first = one.value
    del one
    assert lend("list", list).value is first


def test_the_key_must_match(monkeypatch):
    monkeypatch.setattr(pool._pool, "idle", [])
    first = lend("list", list).value
    assert lend("other", list).value is not first


def test_no_more_than_some_wait(monkeypatch):
    monkeypatch.setattr(pool._pool, "idle", [])
    leases = [lend(i, list) for i in range(pool.MOST_IDLE + 3)]
    del leases
    assert len(pool._pool.idle) == pool.MOST_IDLE


def test_a_collection_in_the_middle_of_a_loan(monkeypatch):
    """Others come back while one looks: it must be one that fits."""
    late = [lend("other", list) for _ in range(pool.MOST_IDLE)]

    class Late(list):
        def pop(self, *at):
            if late:
                late.pop()  # what the collector may do at any moment
            return super().pop(*at)

    waiting = Late([("list", ["wanted"]), ("other", []), ("other", [])])
    monkeypatch.setattr(pool._pool, "idle", waiting)
    lease = lend("list", list)
    assert lease.key == "list" and isinstance(lease.value, list)
