from click.testing import CliRunner
from sqlalchemy import text

from usergroups import db
from usergroups.cli import main


def test_an_empty_database_is_brought_up_once(tmp_path):
    runner = CliRunner(env={"USERGROUPS_INSTANCE_DIR": str(tmp_path)})
    assert runner.invoke(main, ["db", "upgrade"]).output == "now at 0012\n"
    assert runner.invoke(main, ["db", "upgrade"]).output == "nothing to do\n"


def test_a_command_asks_for_the_upgrade(tmp_path):
    runner = CliRunner(env={"USERGROUPS_INSTANCE_DIR": str(tmp_path)})
    result = runner.invoke(main, ["groups", "export"])
    assert result.exit_code == 1
    assert result.stderr == (
        "usergroups: the database is not up to date: run `usergroups db upgrade`\n"
    )


def test_tables_and_models_agree(run):
    result = run("db", "check")
    assert (result.exit_code, result.stdout) == (0, "tables and models agree\n")


def test_a_difference_is_found(run):
    with db.transaction() as session:
        session.execute(text("ALTER TABLE topic ADD COLUMN stray TEXT"))
    result = run("db", "check")
    with db.transaction() as session:
        session.execute(text("ALTER TABLE topic DROP COLUMN stray"))
    assert result.exit_code == 1
    assert "stray" in result.stderr


def test_a_wrong_setting_is_one_clear_line(tmp_path):
    result = CliRunner(env={"USERGROUPS_BASE_URL": "here"}).invoke(main, ["db", "check"])
    assert result.exit_code == 1
    assert result.stderr.startswith("usergroups: USERGROUPS_BASE_URL must be http(s)://host")
