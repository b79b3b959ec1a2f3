import stat
from pathlib import Path

import pytest

from usergroups.config import Config
from usergroups.errors import SetupError


def test_defaults_need_nothing(tmp_path):
    config = Config.from_env({"USERGROUPS_INSTANCE_DIR": str(tmp_path)})
    assert config.instance_dir == tmp_path
    assert config.database == f"sqlite:///{tmp_path}/usergroups.sqlite"
    assert config.gazetteer == tmp_path / "gazetteer.sqlite"
    assert config.base_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"USERGROUPS_DATABSE_URL": "x"}, "USERGROUPS_DATABSE_URL is no setting"),
        ({"USERGROUPS_BASE_URL": "https://x.org/"}, "USERGROUPS_BASE_URL must be"),
        ({"USERGROUPS_BASE_URL": "x.org"}, "USERGROUPS_BASE_URL must be"),
        ({"USERGROUPS_MAIL_URL": "imap://x"}, "USERGROUPS_MAIL_URL must be smtp://"),
        ({"USERGROUPS_MAIL_URL": "smtp://"}, "USERGROUPS_MAIL_URL must be smtp://"),
        ({"USERGROUPS_MAIL_URL": "smtp://x:port"}, "USERGROUPS_MAIL_URL must be smtp://"),
        ({"USERGROUPS_MAIL_FROM": "groups"}, "USERGROUPS_MAIL_FROM must be an address"),
        ({"USERGROUPS_MAIL_FROM": "a@x.org\r\nBcc: b@x.org"}, "USERGROUPS_MAIL_FROM must be"),
        ({"USERGROUPS_ENVIRONMENT": "prod"}, "must be one of development, production"),
        ({"USERGROUPS_ENVIRONMENT": "production"}, "USERGROUPS_SECRET_KEY must be set"),
        (
            {
                "USERGROUPS_ENVIRONMENT": "production",
                "USERGROUPS_SECRET_KEY": "k",
                "USERGROUPS_CONTACT": "ops@example.org",
            },
            "USERGROUPS_MAIL_URL must be set in production",
        ),
        (
            {
                "USERGROUPS_ENVIRONMENT": "production",
                "USERGROUPS_SECRET_KEY": "k",
                "USERGROUPS_CONTACT": "ops@example.org",
                "USERGROUPS_MAIL_URL": "smtp://mail.example.org",
                "USERGROUPS_MAIL_FROM": "groups@example.org",
                "USERGROUPS_SOURCE_HOSTS": "localhost",
            },
            "not in production",
        ),
    ],
)
def test_a_wrong_setting_is_named(environ, words):
    with pytest.raises(SetupError, match=words):
        Config.from_env(environ)


def test_a_made_secret_is_kept_and_nobody_else_can_read_it(tmp_path: Path):
    config = Config(instance_dir=tmp_path / "new")
    secret = config.secret()
    assert len(secret) >= 48
    assert Config(instance_dir=tmp_path / "new").secret() == secret
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600


def test_a_given_secret_is_taken(tmp_path):
    assert Config(instance_dir=tmp_path, secret_key="given").secret() == "given"
    assert list(tmp_path.iterdir()) == []
