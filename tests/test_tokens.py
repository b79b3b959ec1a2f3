import pytest

from usergroups import tokens


@pytest.fixture(autouse=True)
def _key() -> None:
    tokens.sign_with("for tests only")


def test_a_secret_is_made_again_of_its_nonce_and_for_its_purpose_alone():
    nonce = tokens.nonce()
    secret = tokens.secret("sign_in", nonce)
    assert secret == tokens.secret("sign_in", nonce)
    assert len(secret) == 43
    assert secret not in {tokens.secret("reset", nonce), tokens.secret("sign_in", nonce + "x")}
    tokens.sign_with("another key")
    assert secret != tokens.secret("sign_in", nonce)


def test_a_signed_value_is_read_for_its_purpose_alone():
    token = tokens.signed("unsubscribe", "7.groups")
    assert token.startswith("7.groups.")
    assert tokens.value_of("unsubscribe", token) == "7.groups"
    for other in ("", ".", token + "x", token[1:], token.replace("7", "8"), "7.groups.ő"):
        assert tokens.value_of("unsubscribe", other) is None
    assert tokens.value_of("sign_in", token) is None
