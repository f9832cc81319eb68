"""What the set-up is made of agrees with itself."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from celery import current_app

from logistics.schedule import SCHEDULE
from tests.setup.helpers import ROOT

RUN = (ROOT / "run").read_text(encoding="utf-8")
PIN = re.compile(r"^([\w.-]+)==(\S+) \\$", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / ".pins" / name).read_text(encoding="utf-8")))


def test_what_is_tested_is_what_is_served():
    served, tested = pins("run.txt"), pins("test.txt")
    assert served
    assert {name: tested.get(name) for name in served} == served


@pytest.mark.parametrize("name", ["run.txt", "test.txt"])
def test_every_pin_has_a_hash_and_names_no_host(name):
    text = (ROOT / ".pins" / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host", text)


def test_the_driver_is_psycopg2():
    assert "psycopg2-binary" in pins("test.txt")
    assert "psycopg" not in pins("test.txt"), "Django would prefer it without a word"


def test_the_container_installs_what_run_installs():
    wanted = set(re.search(r'^run_packages="(.*)"$', RUN, re.MULTILINE)[1].split()) - {"python3", "python3-venv", "ca-certificates"}
    assert wanted <= set((ROOT / "Dockerfile").read_text(encoding="utf-8").split())


def test_no_secret_and_no_data_goes_into_the_image():
    assert {".env", "var", ".git", ".venv"} <= set((ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines())
    assert {"/var/", "/.env"} <= set((ROOT / ".gitignore").read_text(encoding="utf-8").splitlines())


def test_every_timed_job_is_a_task_that_exists():
    current_app.loader.import_default_modules()
    assert {entry["task"] for entry in SCHEDULE.values()} <= set(current_app.tasks)
    assert all("expires" in entry["options"] for entry in SCHEDULE.values())


def stage(folder, *programs: str) -> dict[str, str]:
    """A folder with `run` and a PATH on which nothing is installed and nobody is root."""
    shutil.copy(ROOT / "run", folder / "run")
    shutil.copytree(ROOT / ".pins", folder / ".pins")
    programs_folder = folder / "bin"
    programs_folder.mkdir()
    for name, text in {"dpkg-query": "exit 1", "sudo": "exit 1", "id": "echo 1000"}.items():
        (programs_folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs_folder / name).chmod(0o755)
    return {**os.environ, "PATH": f"{programs_folder}:{os.environ['PATH']}"}


def test_without_root_and_sudo_the_missing_packages_are_named(tmp_path):
    done = subprocess.run(["sh", "run"], cwd=tmp_path, env=stage(tmp_path), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout) == (1, "")
    assert "apt-get install --no-install-recommends python3 python3-venv" in done.stderr
    assert "chromium" not in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_an_unknown_command_is_refused(tmp_path):
    done = subprocess.run(["sh", "run", "sevre"], cwd=tmp_path, env=stage(tmp_path), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "没有这个命令：sevre" in done.stderr


MARKED = """
import pytest

@pytest.mark.requirement("AAA-01", "AAA-02")
def test_good(): pass

@pytest.mark.requirement("AAA-02")
def test_bad(): assert False

def test_of_no_row(): pass
"""


def test_rows_count_the_tests_that_name_them(tmp_path):
    (tmp_path / "test_marked.py").write_text(MARKED)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = requirement(*ids): rows\n")
    env = {**os.environ, "VAR_ROOT": str(tmp_path / "var"), "PYTHONPATH": str(ROOT)}
    for database, processes in (("sqlite", "-n0"), ("postgresql", "-n1")):
        command = [sys.executable, "-m", "pytest", "-q", processes, "-p", "no:django", "-p", "no:schemathesis", "-p", "tests.rows"]
        subprocess.run(command, cwd=tmp_path, env={**env, "TEST_DATABASE": database}, capture_output=True, check=False)
    done = subprocess.run([sys.executable, str(ROOT / "tests" / "rows.py")], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1, "a row is not shown yet"
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["AAA-01", "1", "1", "1", "1"] in lines
    assert ["AAA-02", "2", "1", "1", "1"] in lines
