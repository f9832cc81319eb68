"""A term of repairs: 600 tickets in every state, done by their own rules at believable hours."""

import io
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw

from logistics.platform.attachments.photos import clean_photo
from logistics.platform.audit.rules import rule
from logistics.platform.demo.build import DemoSchool
from logistics.platform.demo.words import FAULTS, GRIPES, PRAISES, WISHES
from logistics.platform.org.models import SchoolClass, User
from logistics.platform.places.models import Place, PlaceKind
from logistics.platform.terms.queries import calendar

from .acceptance.rules import accept, reject, sign_for
from .dispatch.rules import assign_ticket, take_ticket
from .kind.models import FaultKind, Repairer, Trade
from .ticket.models import Ticket
from .ticket.rules import cancel_ticket, comment_ticket, file_public_ticket, file_ticket, merge_ticket
from .work.rules import arrive, decide_firm, finish, refer, resume, wait

TICKETS = 600
RECENT = timedelta(days=2)  # of these some still lie about, so that the first page has something to do
ZONE = ZoneInfo("Asia/Shanghai")
TRADES = {"水工": ["plumber", "W3"], "电工": ["electrician", "W3"], "木工": ["carpenter"], "网络": ["W1"], "瓦工": ["W2"], "综合": ["carpenter", "plumber"]}
LIKELY = {"水": 24, "电": 24, "木工": 14, "门窗": 14, "网络电脑": 10, "空调": 5, "土建": 4, "其他": 5}
WHERE = {"木工": PlaceKind.CLASSROOM, "网络电脑": PlaceKind.CLASSROOM}


def build(school: DemoSchool) -> int:
    """Trades, kinds, repairers, and the tickets of the last weeks; returns how many tickets."""
    kinds = set_up(school)
    photos = [picture(school.random, n) for n in range(24)]
    story = Story(school, kinds, photos)
    moments = sorted(filing_times(school, TICKETS * school.scale))
    write(story, moments)
    return len(moments)


def set_up(school: DemoSchool) -> dict[str, FaultKind]:
    trades = {name: Trade.objects.create(name=name, order=n) for n, name in enumerate(TRADES)}
    for key in {key for keys in TRADES.values() for key in keys}:
        repairer = Repairer.objects.create(user=school.people[key])
        repairer.trades.set([trades[name] for name, keys in TRADES.items() if key in keys])
    return {
        name: FaultKind.objects.create(name=name, icon=icon, hint=hint, trade=trades[trade], size=size, order=n)
        for n, (name, (icon, hint, trade, size, _)) in enumerate(FAULTS.items())
    }


def filing_times(school: DemoSchool, count: int):
    """Moments of the term up to now, more on working days and in working hours."""
    days = calendar()
    today = school.now.astimezone(ZONE).date()
    term = days.term_of(today)
    first = term.start_on if term and (today - term.start_on).days > 20 else today - timedelta(days=80)
    span = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    weights = [6 if days.is_working_day(on) else 1 for on in span]
    for on in school.random.choices(span, weights, k=count):
        hour = school.random.choices(range(7, 22), [3, 8, 9, 8, 6, 3, 3, 7, 8, 7, 5, 3, 3, 3, 2])[0]
        at = datetime.combine(on, time(hour, school.random.randrange(60), school.random.randrange(60)), ZONE)
        yield min(at, school.now - timedelta(minutes=school.random.randrange(3, 50)))


@rule
def write(story: "Story", moments: list[datetime]) -> None:
    """All tickets in one transaction: the journal is sealed once, at the end."""
    for at in moments:
        story.tell(at)


class Story:
    """Lets tickets live through likely and unlikely courses, each act at its own time and never after now."""

    def __init__(self, school: DemoSchool, kinds: dict[str, FaultKind], photos: list):
        self.school, self.random, self.kinds, self.photos = school, school.random, kinds, photos
        self.repairers = {repairer.user.username: repairer for repairer in Repairer.objects.select_related("user")}
        self.by_kind: dict[str, list[Place]] = {}
        for place in school.rooms:
            self.by_kind.setdefault(place.kind, []).append(place)
        self.public = User.objects.system("public")
        self.classes = {one.room_id: one for one in SchoolClass.objects.select_related("head_teacher")}
        self.last: Ticket | None = None

    def someone(self, place: Place) -> User:
        """Who would report here: the class's head teacher, the dorm keeper, the cooks, or any teacher."""
        if place.kind == PlaceKind.DORM or "宿舍" in place.full_name:
            return self.school.people["dormkeeper"]
        if place.kind == PlaceKind.CANTEEN:
            return self.school.people["canteen"]
        if place.pk in self.classes and self.random.random() < 0.6:
            return self.classes[place.pk].head_teacher
        return self.random.choice([self.school.people["teacher"], self.school.people["headteacher"], *self.school.teachers[:60]])

    def photo(self) -> list:
        return self.random.sample(self.photos, self.random.choice([0, 1, 1, 2]))

    def after(self, at: datetime, low: int, high: int) -> datetime:
        """A later moment, in minutes; in the night it slips to the morning."""
        then = (at + timedelta(minutes=self.random.randint(low, high))).astimezone(ZONE)
        if not 7 <= then.hour < 22:
            then = (then + timedelta(hours=10)).replace(hour=7, minute=self.random.randrange(20, 59))
        return then

    def tell(self, at: datetime) -> None:
        name = self.random.choices(list(LIKELY), list(LIKELY.values()))[0]
        kind = self.kinds[name]
        thing, words, work, lines = self.random.choice(FAULTS[name][4])
        place = self.random.choice(self.by_kind[WHERE[name]] if name in WHERE else self.school.rooms)
        urgency = self.random.choices(["normal", "class", "danger"], [75, 19, 6])[0]
        if self.random.random() < 0.06:
            ticket = file_public_ticket(actor=self.public, at=at, place=place, kind=kind, description=words, name="学生", photos=self.photo())
        else:
            ticket = file_ticket(
                actor=self.someone(place),
                at=at,
                place=place,
                kind=kind,
                description=words,
                urgency=urgency,
                thing=thing,
                available=self.random.choice(WISHES),
                photos=self.photo(),
            )
        self.carry_on(ticket, at, work, lines)
        self.last = ticket

    def carry_on(self, ticket: Ticket, at: datetime, work: str, lines: list) -> None:
        luck, is_recent = self.random.random(), self.school.now - at < RECENT
        if is_recent and luck < 0.2:
            return  # nobody has looked at it yet
        if self.ends_early(ticket, at, luck):
            return
        key = self.random.choice(TRADES[ticket.kind.trade.name])
        repairer, at = self.repairers[key], self.after(at, 4, 60 if ticket.urgency != "danger" else 15)
        if at > self.school.now:
            return
        if self.random.random() < 0.25:
            take_ticket(actor=repairer.user, at=at, record=ticket)
        else:
            assign_ticket(actor=self.school.director, at=at, record=ticket, repairer=repairer)
            at = self.after(at, 1, 25)
            if at > self.school.now:
                return
            take_ticket(actor=repairer.user, at=at, record=ticket)
        at = self.after(at, 8, 150)
        if at <= self.school.now and not (is_recent and self.random.random() < 0.15):
            self.repair(ticket, repairer.user, at, work, lines)

    def ends_early(self, ticket: Ticket, at: datetime, luck: float) -> bool:
        """Some are taken back, some are the same fault as the one before."""
        if luck < 0.02:
            cancel_ticket(actor=ticket.reported_by if ticket.reported_by.is_person else self.school.director, at=at, record=ticket, reason="报错了，别处的。")
            return True
        if luck < 0.04 and self.last and self.last.kind_id == ticket.kind_id:
            current = Ticket.objects.get(pk=self.last.pk)
            if current.is_open:
                merge_ticket(actor=self.school.director, at=at, record=ticket, into=current)
                return True
        return False

    def repair(self, ticket: Ticket, worker: User, at: datetime, work: str, lines: list) -> None:
        arrive(actor=worker, at=at, record=ticket)
        if self.school.now - at < RECENT and self.random.random() < 0.15:
            return
        luck = self.random.random()
        if luck < 0.02:
            refer(actor=worker, at=at + timedelta(minutes=9), record=ticket, reason="要换整段主管，校内没有工具，得请外面单位。")
            then = self.after(at, 60, 600)
            if then <= self.school.now:
                decide_firm(actor=self.school.people["vice"], at=then, record=ticket, opinion="同意，请水电公司来修，费用报预算。")
            return
        if luck < 0.12:
            wait(
                actor=worker,
                at=at,
                record=ticket,
                reason=self.random.choice(["parts", "parts", "parts", "firm", "warranty", "access"]),
                note=self.random.choice(["库里没有，明天去买。", "约了厂家周四来。", "门锁着，联系不上老师。"]),
            )
            at = self.after(at, 700, 4200)
            if at > self.school.now:
                return
            resume(actor=worker, at=at, record=ticket)
        if self.random.random() < 0.08:
            comment_ticket(actor=worker, at=at, record=ticket, words="先关了阀门，下午课后动手，请把前排桌子挪开。")
        at = self.after(at, 10, 140)
        if at > self.school.now:
            return
        self.complete(ticket, worker, at, work, lines)
        self.sign(ticket, worker, at, work)

    def complete(self, ticket: Ticket, worker: User, at: datetime, work: str, lines: list) -> None:
        minutes = max(5, round((at - ticket.arrived_at).total_seconds() / 60) % 180)
        used = [
            {"name": name, "spec": spec, "unit": unit, "quantity": Decimal(self.random.randint(1, 2)), "price": Decimal(price)}
            for name, spec, unit, price in lines
        ]
        by_people = self.random.random() < 0.04 and ticket.place_id in self.classes
        cause = "manmade" if by_people else self.random.choices(["natural", "misuse", "install", "other"], [80, 10, 5, 5])[0]
        finish(
            actor=worker, at=at, record=ticket, work_done=work, cause=cause, minutes=minutes, materials=used, after=self.photo()[:1],
            damage_class=self.classes[ticket.place_id] if by_people else None,
        )  # fmt: skip

    def sign(self, ticket: Ticket, worker: User, at: datetime, work: str) -> None:
        reporter = ticket.reported_by if ticket.reported_by.is_person else None
        if reporter is None or self.random.random() < 0.04:
            then = datetime.combine(ticket.accept_by_on + timedelta(days=1), time(9, self.random.randrange(60)), ZONE)
            if then <= self.school.now:
                sign_for(actor=self.school.director, at=then, record=ticket, note="电话问过，本人说已经修好。")
            return
        at = self.after(at, 15, 1300)
        if at > self.school.now:
            return
        if self.random.random() < 0.04:
            reject(actor=reporter, at=at, record=ticket, reason=self.random.choice(GRIPES))
            at = self.after(at, 60, 500)
            if at > self.school.now:
                return
            self.complete(ticket, worker, at, f"返工：{work}", [])
            at = self.after(at, 20, 600)
        if at <= self.school.now:
            accept(actor=reporter, at=at, record=ticket, rating=self.random.choices([5, 4, 3, 2], [62, 28, 8, 2])[0], words=self.random.choice(PRAISES))


def picture(random: Random, n: int):
    """A small drawn photo: wall, floor, a pipe or a lamp, and a stain."""
    wall = tuple(random.randint(195, 235) for _ in range(3))
    image = Image.new("RGB", (640, 480), wall)
    draw = ImageDraw.Draw(image)
    floor = tuple(max(0, part - 40) for part in wall)
    draw.rectangle((0, 330, 640, 480), fill=floor)
    for x in range(0, 640, 80):
        draw.line((x, 330, 320 + (x - 320) * 2, 480), fill=tuple(max(0, part - 15) for part in floor), width=2)
    x = random.randint(120, 460)
    if n % 2:
        draw.rectangle((x, 0, x + 34, 300), fill=(138, 151, 155))
        draw.rectangle((x - 10, 180, x + 44, 230), fill=(100, 112, 118))
        draw.ellipse((x - 60, 360, x + 110, 410), fill=(150, 190, 210))
    else:
        draw.rectangle((x - 80, 60, x + 120, 84), fill=(246, 246, 240), outline=(150, 150, 150))
        draw.rectangle((x - 60, 180, x + 90, 320), fill=(168, 134, 98), outline=(120, 92, 62), width=4)
        draw.line((x - 40, 200, x + 30, 300), fill=(60, 40, 30), width=3)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=70)
    buffer.seek(0)
    buffer.name, buffer.size = f"photo-{n}.jpg", buffer.getbuffer().nbytes
    return clean_photo(buffer)
