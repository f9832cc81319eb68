"""The demo school's chains of approval; its apps send their documents through them."""

from logistics.platform.approvals.usual_rules import CENTRAL, load_usual_chains
from logistics.platform.org.models import Department, Post, User
from logistics.platform.org.rules import save_people, save_post

from .build import DemoSchool

ACCOUNT, NAME = "central", "张立民"


def build(school: DemoSchool) -> None:
    """The usual chains, and somebody at the head of the central school who signs large sums."""
    director, at = school.director, school.now
    load_usual_chains(actor=director, at=at)
    row = {"username": ACCOUNT, "name": NAME, "title": CENTRAL, "department": Department.objects.get(name="校长室"), "phone": "13800009999"}
    save_people(actor=director, at=at, rows=[row])
    User.objects.filter(username=ACCOUNT).update(password=director.password, must_change_password=False)
    school.people[ACCOUNT] = User.objects.get(username=ACCOUNT)
    save_post(actor=director, at=at, record=Post.objects.get(name=CENTRAL), holders=[school.people[ACCOUNT]])
