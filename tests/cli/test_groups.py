import pytest
from sqlalchemy import func, select

from tests.conftest import SHARED
from tests.factories import make_group
from usergroups import db
from usergroups.models import Federation, Group, GroupStatus

FILE = """name,city,country,status,timezone
UG Paris,Paris,FR,,
UG Hungary,Gyor,hu,inactive,
UG Nowhere,Qwertzuiop,FR,,
UG London,London,GB,active,Mars/Base
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "groups.csv"
    path.write_text(FILE)
    return path


def rows():
    with db.reading() as session:
        return session.execute(
            select(Group.slug, Group.timezone, Group.status).order_by(Group.slug)
        ).all()


def test_bad_rows_are_named_with_their_line_and_the_good_ones_stand(run, file):
    result = run("groups", "import", str(file))
    assert result.exit_code == 1
    assert result.stdout == "2 added, 0 updated, 0 unchanged, 2 bad\n"
    first, second = result.stderr.splitlines()
    assert first.startswith(f"{file}:4: city: 'Qwertzuiop' in FR is not in the gazetteer: ")
    assert second == (
        f"{file}:5: timezone: expected an IANA time zone such as Europe/Paris, not 'Mars/Base'"
    )
    assert [tuple(row) for row in rows()] == [
        ("ug-hungary", "Europe/Budapest", GroupStatus.DORMANT),
        ("ug-paris", "Europe/Paris", GroupStatus.ACTIVE),
    ]


def test_a_second_run_changes_nothing(run, file):
    run("groups", "import", str(file))
    result = run("groups", "import", str(file))
    assert result.stdout == "0 added, 0 updated, 2 unchanged, 2 bad\n"


def test_a_dry_run_says_the_same_and_leaves_nothing(run, file):
    result = run("groups", "import", "--dry-run", str(file))
    assert result.stdout == "would be: 2 added, 0 updated, 0 unchanged, 2 bad\n"
    assert rows() == []
    with db.reading() as session:
        assert session.scalars(select(Federation.version)).one() == 1


def test_a_file_that_cannot_be_read_is_one_clear_line(run, tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes(b"name,city,country\nG\xf6teborg,x,SE\n")
    result = run("groups", "import", str(path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"usergroups: {path}: line 2, column 2: expected UTF-8, found the byte 0xf6; "
        "save the file as UTF-8\n"
    )


def test_what_is_exported_can_be_imported(run, file, tmp_path):
    run("groups", "import", str(file))
    exported = run("groups", "export").stdout
    assert exported.splitlines()[1:] == [
        "UG Hungary,ug-hungary,Gyor,Győr-Moson-Sopron,HU,47.68333,17.63512,Europe/Budapest,,,"
        "dormant,0",
        "UG Paris,ug-paris,Paris,Île-de-France,FR,48.85341,2.3488,Europe/Paris,,,active,0",
    ]
    again = tmp_path / "again.csv"
    again.write_text(exported)
    result = run("groups", "import", str(again))
    assert result.stdout == "0 added, 0 updated, 2 unchanged, 0 bad\n"


def test_what_the_list_does_not_say_is_kept(run, tmp_path):
    with db.transaction():
        make_group(slug="ug-paris", name="Old", summary="We meet", members_elsewhere=9)
    path = tmp_path / "groups.csv"
    path.write_text("name,slug,city,country\nNew,ug-paris,Paris,FR\n")
    assert run("groups", "import", str(path)).stdout == "0 added, 1 updated, 0 unchanged, 0 bad\n"
    with db.reading() as session:
        group = session.scalars(select(Group)).one()
        assert (group.name, group.summary, group.members_elsewhere) == ("New", "We meet", 9)
        assert (group.latitude, group.timezone) == (48.8566, "Europe/Paris")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real data is not on this machine")
def test_the_real_groups(run):
    file = SHARED / "data" / "rladies" / "groups.csv"
    assert run("groups", "import", str(file)).stdout == (
        "251 added, 0 updated, 0 unchanged, 0 bad\n"
    )
    assert run("groups", "import", str(file)).stdout == (
        "0 added, 0 updated, 251 unchanged, 0 bad\n"
    )
    with db.reading() as session:
        dormant = select(func.count()).where(Group.status == GroupStatus.DORMANT)
        assert session.scalar(dormant) == 204
