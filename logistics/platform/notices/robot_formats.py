"""What the three vendors want to be sent and how they answer, as their manuals for custom group robots say."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from urllib.parse import parse_qs, quote, urlsplit

from .models import Robot, RobotKind

WECOM, DINGTALK, FEISHU = RobotKind.WECOM, RobotKind.DINGTALK, RobotKind.FEISHU

HOSTS = {WECOM: "qyapi.weixin.qq.com", DINGTALK: "oapi.dingtalk.com", FEISHU: "open.feishu.cn"}
PATHS = {WECOM: "/cgi-bin/webhook/send", DINGTALK: "/robot/send", FEISHU: "/open-apis/bot/v2/hook/"}
KEYS = {WECOM: "key", DINGTALK: "access_token", FEISHU: ""}  # the query's key; Feishu has it in the path
LIMITS = {WECOM: ((60, 20),), DINGTALK: ((60, 20),), FEISHU: ((60, 20), (1, 5))}  # (seconds, at most); Feishu would take 100 a minute
MOST_BYTES = {WECOM: 4096, DINGTALK: 20_000, FEISHU: 20_000}  # of WeCom's text, of the others' whole body
SIGNS = (DINGTALK, FEISHU)
BLOCKED = timedelta(minutes=10)  # DingTalk's punishment for too many
SOON = timedelta(0)  # the usual back-off


class Fate(Enum):
    """What became of a request."""

    SENT = "sent"
    BUSY = "busy"  # surely not taken, may be sent again
    WRONG = "wrong"  # the robot's settings are wrong; nothing will be taken until a person mends them
    UNFIT = "unfit"  # this text is not taken; other texts are
    UNSURE = "unsure"  # nobody knows whether it was taken


@dataclass(frozen=True)
class Answer:
    """What became of it, in words for the page; `wait` is how long the vendor wants to be left alone."""

    fate: Fate
    words: str
    wait: timedelta = SOON


@dataclass(frozen=True)
class Line:
    """One thing said; `url` is a whole address or empty."""

    title: str
    body: str = ""
    url: str = ""


def is_address_of(kind: str, path: str, query: str) -> bool:
    """Whether path and query are those of a vendor's group robot."""
    if kind == FEISHU:
        return path.startswith(PATHS[FEISHU]) and len(path) > len(PATHS[FEISHU]) and not query
    return path == PATHS[RobotKind(kind)] and list(parse_qs(query)) == [KEYS[RobotKind(kind)]]


def hint_of(address: str) -> str:
    """Enough of the address to tell two robots apart, too little to use it: qyapi.weixin.qq.com …4f1c."""
    return f"{urlsplit(address).hostname} …{address[-4:]}" if address else ""


def body_of(robot: Robot, heading: str, lines: Sequence[Line], rest: int, at: datetime) -> bytes:
    """The request's JSON for these lines; `rest` is how many more wait for the next one."""
    heading = f"{heading}（{robot.keyword}）" if robot.keyword and robot.keyword not in heading else heading
    tail = f"另有 {rest} 条，随后发。" if rest else ""
    if robot.kind == FEISHU:
        content = _feishu(heading, lines, tail) | _feishu_sign(robot, at)
    elif robot.kind == DINGTALK:
        content = {"msgtype": "markdown", "markdown": {"title": heading, "text": _markdown(heading, lines, tail, gap="\n\n")}}
    else:
        content = {"msgtype": "markdown", "markdown": {"content": _markdown(heading, lines, tail, gap="\n")}}
    return json.dumps(content, ensure_ascii=False).encode()


def fits(kind: str, body: bytes) -> bool:
    measured = json.loads(body)["markdown"]["content"].encode() if kind == WECOM else body
    return len(measured) <= MOST_BYTES[RobotKind(kind)]


def address_of(robot: Robot, at: datetime) -> str:
    """Where to post; DingTalk's signature goes into the query."""
    if robot.kind != DINGTALK or not robot.secret:
        return robot.address
    stamp = str(int(at.timestamp() * 1000))
    sign = base64.b64encode(hmac.new(robot.secret.encode(), f"{stamp}\n{robot.secret}".encode(), hashlib.sha256).digest()).decode()
    return f"{robot.address}&timestamp={stamp}&sign={quote(sign, safe='')}"


def _feishu_sign(robot: Robot, at: datetime) -> dict:
    if not robot.secret:
        return {}
    stamp = str(int(at.timestamp()))
    return {"timestamp": stamp, "sign": base64.b64encode(hmac.new(f"{stamp}\n{robot.secret}".encode(), b"", hashlib.sha256).digest()).decode()}


def _feishu(heading: str, lines: Sequence[Line], tail: str) -> dict:
    rows = []
    for line in lines:
        first = {"tag": "a", "text": flat(line.title), "href": line.url} if line.url else {"tag": "text", "text": flat(line.title)}
        rows.append([first, *([{"tag": "text", "text": f"　{flat(line.body)}"}] if line.body else [])])
    if tail:
        rows.append([{"tag": "text", "text": tail}])
    return {"msg_type": "post", "content": {"post": {"zh_cn": {"title": heading, "content": rows}}}}


def _markdown(heading: str, lines: Sequence[Line], tail: str, *, gap: str) -> str:
    parts = [f"**{plain(heading)}**"]
    for line in lines:
        title = f"[{plain(line.title)}]({line.url})" if line.url else plain(line.title)
        parts.append(f"- {title}{'　' + plain(line.body) if line.body else ''}")
    return gap.join([*parts, *([tail] if tail else [])])


WIDE = str.maketrans("<>[]()*#`_~|!\\@", "＜＞［］（）＊＃｀＿～｜！＼＠")


def flat(text: str) -> str:
    return " ".join(text.split())


def plain(text: str) -> str:
    """On one line and without what markdown, links and mentions are made of; people read the same."""
    return flat(text).translate(WIDE)


def read_answer(kind: str, status: int, body: bytes) -> Answer:
    """What the vendor's answer means. 5xx but 504 and 429 are clear failures; a 200 that is no JSON of theirs leaves it open."""
    if status == 504:  # whoever stands between us and them got no answer either
        return Answer(Fate.UNSURE, "对方的服务器没有及时回答（504），不知道收到没有。")
    if status >= 500 or status == 429:
        return Answer(Fate.BUSY, f"对方的服务器出错（{status}），会自动再发。")
    try:
        told = json.loads(body)
        code, said = (told.get("code", told.get("StatusCode")), told.get("msg", "")) if kind == FEISHU else (told["errcode"], told.get("errmsg", ""))
        code = int(code)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Answer(Fate.UNSURE, "看不懂对方的回答，不知道收到没有。") if status == 200 else Answer(Fate.WRONG, f"地址不对，对方回答 {status}。")
    return MEANINGS[RobotKind(kind)](code, str(said)[:100])


def _wecom(code: int, said: str) -> Answer:
    if code == 0:
        return Answer(Fate.SENT, "发到了。")
    if code in (45009, 45033):
        return Answer(Fate.BUSY, "发得太快，企业微信让等一等，会自动再发。", timedelta(minutes=1))
    if code == -1:
        return Answer(Fate.BUSY, "企业微信正忙，会自动再发。")
    if code in (93000, 93004, 93008, 40014, 41001):
        return Answer(Fate.WRONG, f"机器人不在群里了，或者地址里的 key 不对（{code}）。请在群里看一下，重新复制地址。")
    return Answer(Fate.UNFIT, f"企业微信不收这条：{said}（{code}）。")


DINGTALK_WRONG = {
    300001: "机器人不存在，请重新复制地址",
    300005: "机器人不存在，请重新复制地址",
    400013: "这个群已经解散",
    400101: "地址里的 access_token 不对，请重新复制地址",
    400102: "机器人在群里被停用了",
    400106: "机器人不存在，请重新复制地址",
}


def _dingtalk(code: int, said: str) -> Answer:
    if code == 0:
        return Answer(Fate.SENT, "发到了。")
    if code in (130101, 410100):
        return Answer(Fate.BUSY, "一分钟超过 20 条，钉钉让停 10 分钟，会自动再发。", BLOCKED)
    if code == -1:
        return Answer(Fate.BUSY, "钉钉正忙，会自动再发。")
    if code == 90030:
        return Answer(Fate.BUSY, "钉钉说这个机器人的条数用完了，隔一小时再试。请在钉钉里看一下额度。", timedelta(hours=1))
    if code == 310000:
        return Answer(Fate.WRONG, _dingtalk_security(said))
    if code in DINGTALK_WRONG:
        return Answer(Fate.WRONG, f"{DINGTALK_WRONG[code]}（{code}）。")
    return Answer(Fate.UNFIT, f"钉钉不收这条：{said}（{code}）。")


def _dingtalk_security(said: str) -> str:
    """One code for the three kinds of security; only the sentence tells which."""
    words = said.lower()
    if "keyword" in words or "关键词" in words:
        return "关键词不对。请把群里设的关键词填到这里。"
    if "ip" in words.split() or "whitelist" in words or "白名单" in words:
        return "学校服务器的地址不在机器人的白名单里。请在群里加上。"
    if "timestamp" in words:
        return "服务器的时间不准，和钉钉差了一小时以上。请校准时间。"
    return "签名不对。请重新复制加签密钥。"


FEISHU_WRONG = {
    19001: "地址不对，请重新复制地址",
    19021: "签名不对，请重新复制密钥；也看看服务器的时间准不准",
    19022: "学校服务器的地址不在机器人的白名单里，请在群里加上",
    19024: "关键词不对，请把群里设的关键词填到这里",
}


def _feishu_code(code: int, said: str) -> Answer:
    if code == 0:
        return Answer(Fate.SENT, "发到了。")
    if code == 11232 or "too many" in said.lower() or "frequency" in said.lower():
        return Answer(Fate.BUSY, "发得太快，飞书让等一等，会自动再发。", timedelta(minutes=1))
    if code in FEISHU_WRONG:
        return Answer(Fate.WRONG, f"{FEISHU_WRONG[code]}（{code}）。")
    return Answer(Fate.UNFIT, f"飞书不收这条：{said}（{code}）。")


MEANINGS = {WECOM: _wecom, DINGTALK: _dingtalk, FEISHU: _feishu_code}
