"""A stand-in for WeCom, DingTalk and Feishu on this machine: it checks signature, format and limits as their manuals say."""

import base64
import hashlib
import hmac
import json
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from logistics.platform.notices import delivery, robots, subjects

NEWS = subjects.Subject("test.news", "新鲜事", "测试", for_chats=True)
ALARM = subjects.Subject("test.alarm", "警报", "测试", urgent=True, for_chats=True)
PRIVATE = subjects.Subject("test.private", "私事", "测试")
MINUTE = timedelta(minutes=1)
TICK = timedelta(seconds=30)
PATIENCE = 10
HOUR = timedelta(hours=1)
SECRET = "SEC0123456789"
PATHS = {"wecom": "/cgi-bin/webhook/send?key=693a-4f1c", "dingtalk": "/robot/send?access_token=66e7ab", "feishu": "/open-apis/bot/v2/hook/e1d2-9c"}
TOO_MANY = {
    "wecom": (45009, "api freq out of limit"),
    "dingtalk": (130101, "send too fast, exceed 20 times per minute"),
    "feishu": (11232, "frequency limited"),
}


class FakeVendor:
    """`now` is its clock, set by the test. `mood`: ok, error (500), silent (takes the message and hangs up), slow, nonsense."""

    def __init__(self, now: datetime):
        self.now, self.mood, self.keyword, self.secret = now, "ok", "", ""
        self.asked: list[datetime] = []  # every request
        self.lines: list[str] = []  # what stands in the chat
        self.bodies: list[dict] = []
        self.blocked_until = now
        self.release = threading.Event()
        vendor = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = vendor.answer(self.path, self.headers, body)
                if status:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.end_headers()
                    self.wfile.write(answer)

            def log_message(self, *args):
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def address(self, kind: str) -> str:
        return f"http://127.0.0.1:{self.server.server_port}{PATHS[kind]}"

    def close(self):
        self.release.set()
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path: str, headers, body: bytes) -> tuple[int, bytes]:
        self.asked.append(self.now)
        kind = next(name for name, known in PATHS.items() if path.startswith(known.partition("?")[0]))
        if self.mood == "error":
            return 500, b"<html>Internal Server Error</html>"
        if self.mood == "nonsense":
            return 200, b"<html>welcome</html>"
        code, said = self.judge(kind, path, headers, json.loads(body), len(body))
        if code == 0:
            self.lines += lines_of(kind, json.loads(body))
            self.bodies.append(json.loads(body))
        if self.mood == "slow":
            self.release.wait(PATIENCE)
        if self.mood in ("silent", "slow"):
            return 0, b""
        return 200, json.dumps({"code": code, "msg": said} if kind == "feishu" else {"errcode": code, "errmsg": said}).encode()

    def judge(self, kind: str, path: str, headers, told: dict, size: int) -> tuple[int, str]:
        assert headers["Content-Type"].startswith("application/json")
        recent = [moment for moment in self.asked if moment > self.now - timedelta(minutes=1)]
        if len(recent) > 20 or self.now < self.blocked_until:
            self.blocked_until = max(self.blocked_until, self.now + timedelta(minutes=10)) if kind == "dingtalk" else self.now
            return TOO_MANY[kind]
        return getattr(self, kind)(path, told, size)

    def wecom(self, path, told, size):
        if parse_qs(urlsplit(path).query) != {"key": ["693a-4f1c"]}:
            return 93000, "invalid webhook url"
        assert told["msgtype"] == "markdown"
        content = told["markdown"]["content"]
        return (40058, "markdown.content exceed max length 4096") if len(content.encode()) > 4096 else (0, "ok")

    def dingtalk(self, path, told, size):
        asked = parse_qs(urlsplit(path).query)
        if asked["access_token"] != ["66e7ab"]:
            return 300005, "token is not exist"
        assert told["msgtype"] == "markdown"
        assert told["markdown"]["title"]
        if self.secret:
            stamp = asked["timestamp"][0]
            if abs(int(stamp) / 1000 - self.now.timestamp()) > HOUR.total_seconds():
                return 310000, "description:timestamp is invalid"
            wanted = base64.b64encode(hmac.new(self.secret.encode(), (stamp + "\n" + self.secret).encode(), hashlib.sha256).digest()).decode()
            if asked["sign"] != [wanted]:
                return 310000, "description:机器人发送签名不匹配 sign not match"
        if self.keyword and self.keyword not in told["markdown"]["text"] + told["markdown"]["title"]:
            return 310000, "description:关键词不匹配; keywords not in content"
        return (460101, "message too long") if size > 20_000 else (0, "ok")

    def feishu(self, path, told, size):
        assert told["msg_type"] == "post"
        if self.secret:
            stamp = told["timestamp"]
            wanted = base64.b64encode(hmac.new(f"{stamp}\n{self.secret}".encode(), digestmod=hashlib.sha256).digest()).decode()
            if abs(int(stamp) - self.now.timestamp()) > HOUR.total_seconds() or told.get("sign") != wanted:
                return 19021, "sign match fail or timestamp is not within one hour from current time"
        if self.keyword and self.keyword not in json.dumps(told, ensure_ascii=False):
            return 19024, "Key Words Not Found"
        return (9499, "Bad Request") if size > 20 * 1024 else (0, "success")

    def most_in_a_minute(self) -> int:
        return max((sum(start <= moment < start + timedelta(minutes=1) for moment in self.asked) for start in self.asked), default=0)


def lines_of(kind: str, told: dict) -> list[str]:
    """The list's lines, without heading and "另有"."""
    if kind == "feishu":
        rows = told["content"]["post"]["zh_cn"]["content"]
        return ["".join(part["text"] for part in row) for row in rows if not row[0]["text"].startswith("另有")]
    text = told["markdown"]["content" if kind == "wecom" else "text"]
    return [line[2:] for line in text.split("\n") if line.startswith("- ")]


def say(at, n: int, subject=NEWS, **words) -> None:
    robots.tell_robots(at=at, key=f"test:{n}", subject=subject, title=words.pop("title", f"第{n}件事"), **words)


def run(vendor, start, until, *, each=lambda now, tick: None):
    """The sweep of every 30 seconds from one moment to another, on the vendor's clock, too."""
    now, tick = start, 0
    while now < until:
        vendor.now = now
        each(now, tick)
        delivery.sweep(at=now)
        now, tick = now + TICK, tick + 1
