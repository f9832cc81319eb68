"""`manage.py serve`: everything starts by one command and ends with it."""

import fcntl
import os
import signal
import socket
import subprocess
import sys

import pytest
from django.core.management import call_command

from logistics.platform.org.models import User
from logistics.platform.queue import site as preparation
from logistics.platform.school.models import School
from tests.setup.helpers import PATIENCE, ROOT, Site, alive, family, fetch, on_postgresql, until


@pytest.mark.once  # on PostgreSQL there are the processes of test_compose.py
def test_first_start_to_ctrl_c(new_site):
    process = new_site.serve()
    until(lambda: fetch(f"{new_site.address}/readyz")[0] == 200, "ready", lambda: fetch(f"{new_site.address}/readyz"))
    assert f"已启动：http://127.0.0.1:{new_site.port}/" in new_site.said()
    assert "演示账号" not in new_site.said()
    processes = family(process.pid)
    assert len(processes) >= 7, "serve, web and its two, worker and its two, beat"
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 0, new_site.said()
    assert not alive(processes)
    assert new_site.said().rstrip().endswith("已停止。")
    assert "意外" not in new_site.said()
    assert fetch(f"{new_site.address}/healthz") == (0, "")
    assert new_site.ask("SELECT count(*) FROM platform_school") == [(0,)], "no demo where it is off"


@pytest.mark.once
def test_one_instance_that_outlives_the_death_of_any_process(site):
    process = site.serve()
    second = site.manage("serve", PORT=str(site.port + 1))
    assert (second.returncode, second.stdout) == (1, "")
    assert f"已经在运行（进程 {process.pid}）" in second.stderr
    children = family(process.pid) - {process.pid}
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    until(lambda: all(f"{name} 意外结束" in site.said() for name in ("web", "worker", "beat")), "noticed", site.said)
    until(lambda: fetch(f"{site.address}/healthz")[0] == 200, "the page answers again")
    until(lambda: len(family(process.pid)) >= 7, "all run again")
    processes = family(process.pid)
    process.kill()
    process.wait()
    until(lambda: not alive(processes | children), "all are gone though serve itself was killed")
    descriptor = os.open(site.folder / "serve.lock", os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # free for the next start
    os.close(descriptor)


@pytest.mark.once
def test_taken_port(site):
    with socket.socket() as other:
        other.bind(("127.0.0.1", site.port))
        other.listen()
        refused = site.manage("serve")
    assert refused.returncode == 1
    assert f"端口 {site.port} 用不了" in refused.stderr
    assert "PORT=8001 ./run" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.once
@pytest.mark.parametrize(("environment", "sentence"), [({"DISK_FREE_MB": "999999999"}, "磁盘只剩"), ({"VAR_ROOT": "/proc/nowhere"}, "不能读写 /proc/nowhere")])
def test_what_is_in_the_way_is_said_in_a_sentence(site, environment, sentence):
    refused = site.manage("serve", **environment)
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (site.folder / "static").exists(), "nothing was begun"


@pytest.mark.parametrize("port", ["八千", "70000", "-1"])
def test_a_port_that_is_none_is_said_in_a_sentence(port):
    with pytest.raises(preparation.CannotStart, match=f"端口“{port}”不对"):
        preparation.take_port(f"127.0.0.1:{port}")


def test_a_database_that_does_not_answer_is_said_in_a_sentence(tmp_path):
    site = Site(tmp_path, "postgres://nobody@127.0.0.1:1/none")
    refused = site.manage("serve")
    assert refused.returncode == 1
    assert "数据库用不了" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_new_tables_come_with_the_start_and_the_old_database_is_copied_first(site):
    assert site.manage("migrate", "sessions", "zero", "-v0").returncode == 0
    twice = "import django; django.setup(); from logistics.platform.queue.site import update_database as up; up(print); print('--'); up(print)"
    done = subprocess.run([sys.executable, "-c", twice], cwd=ROOT, env=site.env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, _, second = done.stdout.partition("--")
    assert "数据库" in first
    assert second.strip() == "", "nothing is new any more"
    assert site.ask("SELECT count(*) FROM django_session") == [(0,)]
    assert len(list((site.folder / "backups").glob("logistics-*"))) == (0 if on_postgresql() else 1)


@pytest.mark.django_db
def test_a_school_that_has_begun_never_gets_the_demo(settings):
    settings.DEMO = True
    call_command("first_admin", "1001", "王敏")
    preparation.load_demo(pytest.fail)
    assert list(User.objects.filter(is_person=True).values_list("username", flat=True)) == ["1001"]
    assert not School.objects.exists()


def test_pages_files_are_gathered_only_when_they_changed(settings, tmp_path):
    settings.VAR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    preparation.update_static()
    assert (tmp_path / "static" / "theme.css").exists()
    (tmp_path / "static" / "theme.css").unlink()
    preparation.update_static()
    assert not (tmp_path / "static" / "theme.css").exists(), "unchanged: not gathered again"
    (tmp_path / "static" / "gathered-from.txt").write_text("older")
    preparation.update_static()
    assert (tmp_path / "static" / "theme.css").exists()
