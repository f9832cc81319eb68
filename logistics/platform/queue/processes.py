"""Web, worker and timer as children of one foreground process: restarted when they die, gone when it goes."""

import contextlib
import logging
import logging.handlers
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

LOG_BYTES = 1024 * 1024
STEADY_SECONDS = 30  # a process that lived this long was healthy; its next start is not delayed
LONGEST_PAUSE = 30


def commands(socket_descriptor: int, var: Path) -> dict[str, list[str]]:
    """The three programs of a one-machine site. docker-compose.yml starts the same ones for a larger one."""
    python = [sys.executable, "-m"]
    web = f"gunicorn logistics.wsgi --bind=fd://{socket_descriptor} --workers=2 --threads=4 --preload --timeout=120 --graceful-timeout=10"
    worker = "celery --quiet -A logistics worker --concurrency=2 --loglevel=WARNING --without-gossip --without-mingle --without-heartbeat"
    beat = "celery --quiet -A logistics beat --loglevel=WARNING --pidfile="
    return {
        "web": [*python, *web.split(), "--max-requests=5000", "--max-requests-jitter=500", "--no-control-socket", "--log-level=warning"],
        "worker": [*python, *worker.split()],
        "beat": [*python, *beat.split(), f"--schedule={var / 'beat-schedule'}"],
    }


class Child:
    """One program, its log and its restarts."""

    def __init__(self, name: str, command: list[str], logs: Path, inherit: tuple[int, ...] = (), delay: float = 0):
        self.name, self.command, self.inherit = name, command, inherit
        self.file = logging.handlers.RotatingFileHandler(logs / f"{name}.log", maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8", delay=True)
        self.process: subprocess.Popen | None = None
        self.failures = 0
        self.born, self.next_start = 0.0, time.monotonic() + delay

    def start(self) -> None:
        # setpriv: the kernel ends the child when we are killed. Own session: the terminal's Ctrl-C reaches only us.
        tie = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
        self.process = subprocess.Popen(
            [*tie, *self.command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=self.inherit,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self.born = time.monotonic()
        threading.Thread(target=self.copy_output, args=[self.process.stdout], daemon=True).start()

    def copy_output(self, stream) -> None:
        for raw in stream:
            line = raw.decode("utf-8", "replace").rstrip()
            self.file.emit(logging.LogRecord(self.name, logging.INFO, "", 0, line, None, None))
            with contextlib.suppress(OSError):
                sys.stderr.write(f"{self.name:7}{line}\n")

    def watch(self, say: Callable[[str], None]) -> None:
        """Start it again when it has died, more slowly each time it dies young."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.next_start:
                self.start()
            return
        if self.process.poll() is None:
            return
        self.signal(signal.SIGKILL)  # what it had forked must not work on beside its successor
        self.failures = 1 if now - self.born > STEADY_SECONDS else self.failures + 1
        pause = min(2 ** (self.failures - 1) * 0.5, LONGEST_PAUSE)
        say(f"{self.name} 意外结束（{self.process.returncode}），{pause:g} 秒后重新启动；详情见 {self.file.baseFilename}")
        self.process, self.next_start = None, now + pause

    def signal(self, number: int) -> None:
        """To the program; SIGKILL to everything it forked as well."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if number == signal.SIGKILL:
                os.killpg(self.process.pid, number)
            else:
                self.process.send_signal(number)

    def gone(self, timeout: float) -> bool:
        if self.process is None:
            return True
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            return False
        return True


class Supervisor:
    """Runs the children until told to stop."""

    def __init__(self, children: list[Child], say: Callable[[str], None]):
        self.children, self.say = children, say
        self.stopping = threading.Event()
        self.hurry = threading.Event()

    def on_signal(self, number, frame) -> None:
        """The first signal stops, the second does not wait any longer."""
        (self.hurry if self.stopping.is_set() else self.stopping).set()

    def run(self, on_tick: Callable[[], None]) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.on_signal)
        while not self.stopping.wait(0.2):
            for child in self.children:
                child.watch(self.say)
            on_tick()

    def stop(self, grace: float) -> None:
        """End all children, letting them finish what they do for at most `grace` seconds."""
        self.stopping.set()
        for child in self.children:
            child.signal(signal.SIGTERM)
        end = time.monotonic() + grace
        for child in self.children:
            while not child.gone(0.1):
                if self.hurry.is_set() or time.monotonic() > end:
                    self.say(f"{child.name} 没有及时停下，强制结束；没做完的任务下次启动时会重做")
                    child.signal(signal.SIGKILL)
            child.signal(signal.SIGKILL)
