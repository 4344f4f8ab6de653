"""What does golive say of templates on the command line? Each test runs the real command."""

from __future__ import annotations

from tests.shell import Shell


def north(shell: Shell, *more: str, template: str = "ehr") -> str:
    words = ("new", "north", "North Clinic", "--template", template, "--target", "in 6 months", *more)
    done = shell.golive(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_templates_are_listed_and_shown(shell: Shell) -> None:
    listed = shell.golive("templates").stdout
    assert listed == shell.golive("templates", "list").stdout
    assert listed.count("\n") == 4
    assert "saas-sso-migration: SaaS rollout" in listed
    assert "Roles: " in shell.golive("templates", "show", "payer").stdout


def test_a_template_that_is_not_there_is_said_with_the_nearest(shell: Shell) -> None:
    done = shell.golive("templates", "show", "sas")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "There is no template `sas`. Did you mean `saas-sso-migration`?\n"


def test_a_project_is_started_shown_first_and_can_be_asked(shell: Shell) -> None:
    role = ("--role", "Network engineer=Tom Okafor")
    assert "North Clinic (north) would be started: 40 items." in north(shell, "--dry-run", *role)
    assert "no project yet" in shell.golive("projects").stderr
    told = north(shell, "--zone", "America/Chicago", "--country", "US-IL", *role)
    assert "North Clinic (north) is started: 40 items." in told
    assert "Every date fits." in told
    asked = shell.golive("ask", "what must happen before go-live?", "--project", "north").stdout
    assert "34 of 34 gates open" in asked
    again = shell.golive("new", "north", "North Clinic")
    assert (again.returncode, "There is a project north already" in again.stderr) == (1, True)


def test_what_was_started_is_exported_and_loaded_as_it_is(shell: Shell) -> None:
    north(shell)
    shell.golive("export", "north", "-o", "north.yaml")
    assert "nothing to change" in shell.golive("load", "north.yaml").stdout


def test_a_template_is_exported_changed_and_started_from(shell: Shell) -> None:
    shell.golive("templates", "export", "partner", "-o", "ours.yaml")
    file = shell.home / "ours.yaml"
    text = file.read_text(encoding="utf-8")
    assert text == shell.golive("templates", "export", "ours.yaml").stdout
    file.write_text(text.replace("key: partner-api-webhooks", "key: ours"), encoding="utf-8")
    assert "from `ours`, laid out backwards" in north(shell, template="ours.yaml")


def test_what_is_wrong_with_an_own_template_is_said_line_by_line(shell: Shell) -> None:
    text = shell.golive("templates", "export", "ehr").stdout
    (shell.home / "ours.yaml").write_text(text.replace("offset: 46", "offset: soon", 1), encoding="utf-8")
    done = shell.golive("new", "north", "North", "--template", "ours.yaml", "--target", "in 6 months")
    assert done.returncode == 1
    assert "ours.yaml was not loaded. One thing is wrong with it:" in done.stderr
    assert "item “scope”: offset has to be a whole number of working days, not “soon”" in done.stderr
    missing = shell.golive("templates", "show", "nowhere.yaml")
    assert (missing.returncode, "nowhere.yaml cannot be read" in missing.stderr) == (1, True)


def test_a_template_made_of_a_project_says_what_it_left_behind(shell: Shell) -> None:
    north(shell, "--role", "Network engineer=Tom Okafor")
    done = shell.golive("templates", "from", "north", "-o", "made.yaml", "--key", "made", "--name", "Made")
    assert done.returncode == 0, done.stderr
    assert "Left behind: 1 person." in done.stderr
    assert "Tom" not in (shell.home / "made.yaml").read_text(encoding="utf-8")
    assert "Made (`made`)" in shell.golive("templates", "show", "made.yaml").stdout
    unknown = shell.golive("templates", "from", "south")
    assert (unknown.returncode, "There is no project 'south'" in unknown.stderr) == (1, True)


def test_a_template_without_a_date_is_refused(shell: Shell) -> None:
    done = shell.golive("new", "north", "North Clinic", "--template", "ehr")
    assert done.returncode == 1
    assert "say on which day, with `--target 2027-03-01`. Nothing was started." in done.stderr
