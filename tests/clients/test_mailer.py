import shutil
import smtplib
import ssl
import stat
import subprocess
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests.conftest import NOW, missing
from tests.mail_server import serving
from usergroups.clients.mailer import FileMailer, MailRefusedError, SmtpMailer, mailer
from usergroups.config import Config


def mail(address: str = "ada@example.org", text: str = "Szia!\n") -> EmailMessage:
    made = EmailMessage(policy.SMTP)
    made["From"], made["To"], made["Subject"] = "groups@example.org", address, "Győr"
    made["Message-ID"], made["Date"] = "<1@example.org>", NOW
    made.set_content(text)
    return made


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A key and a certificate of 127.0.0.1 that nobody has vouched for."""
    if shutil.which("openssl") is None:
        missing("openssl", "apt-get install openssl")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
         "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key", "-out", folder / "cert"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder


@pytest.fixture
def tls(certificate) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert", certificate / "key")
    return context


def test_a_mail_is_handed_on():
    with serving() as server:
        SmtpMailer.at(server.url).send(mail())
    assert [(m["To"], m["Subject"], m["Message-ID"]) for m in server.taken] == [
        ("ada@example.org", "Győr", "<1@example.org>")
    ]
    assert server.taken[0].get_content() == "Szia!\r\n"


@pytest.mark.parametrize(
    ("url", "port", "at_once"),
    [
        ("smtp://mail.example.org", 25, False),
        ("smtp://u:p@mail.example.org", 587, False),
        ("smtps://u:p@mail.example.org", 465, True),
        ("smtp://mail.example.org:2525", 2525, False),
    ],
)
def test_ports_that_go_without_saying(url, port, at_once):
    made = SmtpMailer.at(url)
    assert (made.host, made.port, made.tls_at_once) == ("mail.example.org", port, at_once)


def test_user_and_password_may_hold_any_character():
    made = SmtpMailer.at("smtp://ada%40example.org:p%3A%2Fss@mail.example.org")
    assert (made.user, made.password) == ("ada@example.org", "p:/ss")


def test_who_is_refused_for_good_and_who_for_now():
    with serving() as server:
        ours = SmtpMailer.at(server.url)
        with pytest.raises(MailRefusedError, match=r"^550 5\.1\.1 no such mailbox$"):
            ours.send(mail("nobody@example.org"))
        with pytest.raises(MailRefusedError, match=r"^554 5\.7\.1 not this one$"):
            ours.send(mail("picky@example.org"))
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            ours.send(mail("later@example.org"))
    assert server.taken == []


def test_an_address_beyond_ascii_needs_a_server_that_knows_such():
    with (
        serving(enable_SMTPUTF8=False) as server,
        pytest.raises(MailRefusedError, match="SMTPUTF8"),
    ):
        SmtpMailer.at(server.url).send(mail("győző@example.org"))
    with serving(enable_SMTPUTF8=True) as server:
        SmtpMailer.at(server.url).send(mail("győző@example.org"))
    assert len(server.taken) == 1


def test_a_server_that_is_away_is_away_for_now():
    with serving() as server:
        gone = SmtpMailer.at(server.url)
    with pytest.raises(ConnectionRefusedError):
        gone.send(mail())
    with pytest.raises(ConnectionRefusedError):
        gone.check()


def test_tls_where_it_is_offered(tls):
    with serving(tls_context=tls) as server:
        SmtpMailer.at(server.url).send(mail())
    assert server.encrypted == [True]


def test_tls_at_once_wants_a_certificate_that_it_trusts(tls, certificate, monkeypatch):
    with serving(ssl_context=tls) as server:
        url = server.url.replace("smtp:", "smtps:")
        with pytest.raises(ssl.SSLCertVerificationError):
            SmtpMailer.at(url).send(mail())
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert"))
        SmtpMailer.at(url).send(mail())
    assert len(server.taken) == 1


def test_signing_in(tls):
    with serving(tls_context=tls) as server:
        pass
    with serving(tls_context=tls, authenticator=server.authenticate, auth_required=True) as other:
        at = other.url.replace("smtp://", "smtp://ada:{}@")
        SmtpMailer.at(at.format("p%40ss")).send(mail())
        with pytest.raises(smtplib.SMTPAuthenticationError):  # the set-up's fault: tried again
            SmtpMailer.at(at.format("wrong")).send(mail())
    assert len(other.taken) == 1
    assert server.signed_in[0] == (b"ada", b"p@ss")


def test_a_password_is_not_told_without_tls(monkeypatch):
    monkeypatch.setattr(SmtpMailer, "_is_here", lambda _self: False)
    clear = pytest.raises(smtplib.SMTPNotSupportedError, match="not sent in the clear")
    with serving() as server, clear:
        SmtpMailer.at(server.url.replace("//", "//ada:secret@")).send(mail())
    assert server.signed_in == []


def test_files_where_no_server_is_named(tmp_path):
    ours = mailer(Config(instance_dir=tmp_path))
    assert ours == FileMailer(tmp_path / "mail")
    ours.send(mail())
    ours.send(mail())  # a second copy is the same file
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name.startswith("20260610-120000-")
    assert file.suffix == ".eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"] == "Győr"


def test_the_server_is_told_from_the_folder(tmp_path):
    config = Config(instance_dir=tmp_path, mail_url="smtps://mail.example.org")
    assert mailer(config) == SmtpMailer("mail.example.org", 465, tls_at_once=True)
