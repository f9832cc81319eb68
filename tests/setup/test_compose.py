"""docker-compose.yml cannot be started by a test; the processes it names can, with its settings, on a real PostgreSQL and Redis."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.services import redis
from tests.setup.helpers import PATIENCE, ROOT, Site, alive, family, fetch, postgresql_database, until

HOST = "logistics.school.example"
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = ("setup", "web", "worker", "beat")


def filled(values: dict[str, str], given: dict[str, str]) -> dict[str, str]:
    """The environment as compose would fill it: ${NAME:?…} must be given, ${NAME:-x} falls back to x."""
    pattern = re.compile(r"\$\{(\w+):([?-])([^}]*)\}")
    return {name: pattern.sub(lambda match: given[match[1]] if match[2] == "?" else given.get(match[1], match[3]), value) for name, value in values.items()}


class Production(Site):
    """The processes of docker-compose.yml on this machine: their own commands, environment and order."""

    def __init__(self, folder: Path, database_url: str, redis_url: str):
        super().__init__(folder, database_url)
        secrets = {"SECRET_KEY": "x7" * 30, "ALLOWED_HOSTS": HOST, "POSTGRES_PASSWORD": "unused"}
        here = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "CACHE_URL": f"{redis_url}?db=1", "PORT": str(self.port)}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self.env = {**self.env, **filled(SERVICES["web"]["environment"], secrets), **here, "PATH": path}
        self.env.pop("DEMO")

    def run(self, name: str) -> subprocess.Popen:
        command = [part.replace("/tmp/", f"{self.folder}/") for part in SERVICES[name]["command"]]  # noqa: S108  # the container's own
        return self.start(*command, log=name)

    def healthy(self, name: str) -> bool:
        _, *command = SERVICES[name]["healthcheck"]["test"]
        return self.start(*command, log=f"health-{name}").wait(PATIENCE) == 0


@pytest.fixture
def production(tmp_path):
    with postgresql_database(f"compose_{os.getpid()}") as database_url:
        site = Production(tmp_path, database_url, f"unix://{tmp_path}/redis/socket")
        yield site
        site.end_all()


def answer(production: Production, page: str) -> tuple[int, str]:
    return fetch(f"{production.address}{page}", HOST)


def ready(production: Production) -> bool:
    return answer(production, "/readyz")[0] == 200


@pytest.mark.requirement("GEN-08")
def test_the_processes_of_production_start_answer_outlive_redis_and_stop(production, tmp_path):
    with redis(tmp_path):
        assert production.run("setup").wait(PATIENCE) == 0, production.said("setup")
        processes = {name: production.run(name) for name in ("web", "worker", "beat")}
        until(lambda: ready(production), "ready", lambda: (answer(production, "/readyz"), production.said("web"), production.said("worker")))
        assert answer(production, "/healthz") == (200, '{"status": "ok"}')
        assert fetch(f"{production.address}/healthz", "somewhere.else")[0] == 400
        assert production.ask("SELECT count(*) FROM platform_user WHERE is_person") == [(0,)], "no demo"
        assert production.ask("SELECT count(*) FROM platform_queuedmessage") == [(0,)], "the broker is Redis"
        assert all(production.healthy(name) for name in processes), production.said("health-web")
    status, body = answer(production, "/readyz")
    assert status == 503
    assert "连不上任务队列" in json.loads(body)["checks"]["broker"]
    assert answer(production, "/login/")[0] == 200, "pages work while Redis is away"
    shutil.rmtree(tmp_path / "redis")
    with redis(tmp_path):
        until(lambda: ready(production), "ready when Redis is back")
        everything = set().union(*(family(process.pid) for process in processes.values()))
        for process in processes.values():
            process.send_signal(signal.SIGTERM)
        assert [process.wait(PATIENCE) for process in processes.values()] == [0, 0, 0], production.said("worker")
        assert not alive(everything)


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"])
def test_production_has_no_default_for_a_secret_or_an_address(tmp_path, name):
    production = Production(tmp_path, "postgres://nobody@127.0.0.1:1/none", "redis://127.0.0.1:1/0")
    production.env.pop(name)
    refused = subprocess.run([sys.executable, "-c", "import django; django.setup()"], cwd=ROOT, env=production.env, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert f"set {name}" in refused.stderr


def test_every_secret_must_be_given_and_none_is_written_down():
    environments = [service.get("environment", {}) for service in SERVICES.values()]
    secrets = {(name, value) for environment in environments for name, value in environment.items() if "SECRET" in name or name.endswith("_PASSWORD")}
    assert {name for name, _ in secrets} >= {"SECRET_KEY", "POSTGRES_PASSWORD"}
    assert all(re.fullmatch(r"\$\{\w+:(\?.+|-)\}", value) for _, value in secrets), secrets
    assert "DEMO" not in set().union(*environments)


def test_every_lasting_process_is_watched_and_waits_for_the_tables():
    lasting = {name: service for name, service in SERVICES.items() if name != "setup"}
    assert set(lasting) == {"web", "worker", "beat", "postgres", "redis"}
    assert all("healthcheck" in service and service["restart"] == "unless-stopped" for service in lasting.values())
    for name in ("web", "worker", "beat"):
        assert lasting[name]["depends_on"] == {"setup": {"condition": "service_completed_successfully"}}
    assert {"static", "media", "backups", "postgres", "redis"} == set(COMPOSE["volumes"])
