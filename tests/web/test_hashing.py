import multiprocessing
import threading

import pytest

from manumit.web import hashing


def test_two_derivations_at_once_and_a_third_has_to_wait(tmp_path):
    with hashing.slot(tmp_path) as first, hashing.slot(tmp_path) as second:
        assert {first, second} == {0, 1}
        with pytest.raises(hashing.Busy), hashing.slot(tmp_path, wait=0.1):
            pass
    with hashing.slot(tmp_path, wait=0) as again:
        assert again == 0


def test_never_more_than_two_across_many_threads(tmp_path):
    inside, most, gate = 0, 0, threading.Lock()
    together = threading.Event()

    def derive() -> None:
        nonlocal inside, most
        with hashing.slot(tmp_path, wait=30):
            with gate:
                inside += 1
                most = max(most, inside)
                if inside == 2:
                    together.set()
            together.wait(5)
            with gate:
                inside -= 1

    threads = [threading.Thread(target=derive) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def _hold(directory, ready, leave) -> None:
    with hashing.slot(directory), hashing.slot(directory):
        ready.set()
        leave.wait(30)


def test_the_limit_holds_across_processes_and_is_freed_when_one_is_killed(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    ready, leave = spawn.Event(), spawn.Event()
    other = spawn.Process(target=_hold, args=(tmp_path, ready, leave))
    other.start()
    assert ready.wait(30)
    with pytest.raises(hashing.Busy), hashing.slot(tmp_path, wait=0.1):
        pass
    other.kill()
    other.join()
    with hashing.slot(tmp_path, wait=5):
        pass


def test_the_login_hash_costs_64_mib_and_three_passes():
    hasher = hashing.Argon2()
    encoded = hasher.encode("fictional horse battery staple", "s" * 16)
    assert "argon2id$v=19$m=65536,t=3,p=1" in encoded
    assert hasher.verify("fictional horse battery staple", encoded)
    assert not hasher.verify("fictional horse battery stable", encoded)
