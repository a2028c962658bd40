import threading
import time

from django.contrib.auth.hashers import check_password, make_password

from viceversa.accounts.hashers import OneAtATime
from viceversa.config import settings as product

NAME = "viceversa.accounts.hashers.OneAtATime"


class Watched(OneAtATime):
    """Notes how many hashes are under way at once; the parameters are asked for in the middle of each."""

    time_cost, memory_cost, parallelism = 1, 8, 1
    under_way, most = 0, 0

    def params(self):
        Watched.under_way += 1
        Watched.most = max(Watched.most, Watched.under_way)
        time.sleep(0.01)
        Watched.under_way -= 1
        return super().params()


def test_the_product_hashes_with_argon2(settings):
    settings.PASSWORD_HASHERS = [NAME]
    kept = make_password("a long walk by the river")
    assert kept.startswith("argon2$argon2id$")
    assert check_password("a long walk by the river", kept)
    assert not check_password("a long walk by the sea", kept)


def test_the_settings_name_this_hasher():
    # The file's own, not Django's: there the tests swap in a quick one.
    assert product.PASSWORD_HASHERS == [NAME]


def test_hashes_wait_for_each_other():
    Watched.most = 0
    threads = [threading.Thread(target=lambda: Watched().encode("words", "saltsalt")) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Watched.most == 1
