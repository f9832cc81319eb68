"""What is kept for a minute, and pages that go on without a cache."""

from logistics.platform.kernel.keeping import forget, kept


def counter():
    """A function that answers 1, 2, 3 …"""
    asked = []
    return lambda: asked.append(0) or len(asked)


def test_an_answer_is_kept_until_it_is_forgotten(db):
    ask = counter()
    assert [kept("test", ask), kept("test", ask)] == [1, 1]
    forget("test")
    assert kept("test", ask) == 2


def test_nothing_is_asked_again_the_next_time(db):
    answers = iter([None, "甲"])
    assert kept("test", lambda: next(answers)) is None
    assert kept("test", lambda: next(answers)) == "甲"


def test_what_is_forgotten_in_a_transaction_is_forgotten_again_when_others_see_it(db, django_capture_on_commit_callbacks):
    ask = counter()
    with django_capture_on_commit_callbacks(execute=True):
        forget("test")
        assert kept("test", ask) == 1  # somebody else read the old state meanwhile
    assert kept("test", ask) == 2


def test_without_a_cache_every_answer_is_asked_anew(db, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    ask = counter()
    assert [kept("test", ask), kept("test", ask)] == [1, 2]
    forget("test")
