from datetime import timedelta

from django.core import signing

from viceversa.accounts.links import SALT, WELCOME_LIVES, password_token, user_of_token


def test_a_link_opens_for_its_own_account_until_it_runs_out(northmoor, clock):
    mentor = northmoor.users["mentor"]
    token = password_token(mentor, now=clock())
    assert user_of_token(token, now=clock()) == mentor
    assert user_of_token(token, now=clock() + timedelta(minutes=59, seconds=59)) == mentor
    assert user_of_token(token, now=clock() + timedelta(hours=1)) is None


def test_a_welcome_lives_a_week(northmoor, clock):
    token = password_token(northmoor.users["delegate"], now=clock(), lives=WELCOME_LIVES)
    assert user_of_token(token, now=clock() + timedelta(days=6, hours=23)) is not None
    assert user_of_token(token, now=clock() + timedelta(days=7)) is None


def test_a_changed_password_a_sign_in_or_a_new_address_ends_the_link(northmoor, clock):
    for change in ({"password": "another hash"}, {"last_login": clock()}, {"email": "new@northmoor.example"}):
        user = northmoor.users["mentor"]
        token = password_token(user, now=clock())
        type(user).objects.filter(pk=user.pk).update(**change)
        assert user_of_token(token, now=clock()) is None, change
        user.refresh_from_db()


def test_somebody_who_has_left_cannot_use_a_link(northmoor, clock):
    user = northmoor.users["mentor"]
    token = password_token(user, now=clock())
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert user_of_token(token, now=clock()) is None


def test_one_account_s_fingerprint_does_not_open_another(northmoor, clock):
    _, until, fingerprint = signing.loads(password_token(northmoor.users["mentor"], now=clock()), salt=SALT)
    forged = signing.dumps([northmoor.users["administrator"].public_id, until, fingerprint], salt=SALT)
    assert user_of_token(forged, now=clock()) is None


def test_signed_nonsense_opens_nothing(northmoor, clock):
    for words in (["x"], {"a": 1}, "text", [1, 2, 3]):
        assert user_of_token(signing.dumps(words, salt=SALT), now=clock()) is None
