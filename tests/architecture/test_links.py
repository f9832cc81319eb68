"""No page shows its reader a way to where they are refused: somebody of each of these roles follows every link they are shown, one or two of a kind."""

import re
from collections import Counter, deque

import pytest
from django.core.cache import cache
from django.test import Client

LINK = re.compile(r'href="(/[^"#]*)"')
FILES = re.compile(r"^/(api|static|files|media|logout|verify)\b|/export/|/excel/|/print|/template/|/drop-view/|\.(xlsx|pdf|ics|csv)$")
OF_A_KIND = 2
HIDDEN = re.compile(r"/finish/\?ahead$")  # shown on the repairer's phone alone, when there is no network


def kind(address: str) -> str:
    return re.sub(r"\d+", "N", address.partition("?")[0])


@pytest.mark.once
@pytest.mark.parametrize("role", ["teacher", "headteacher", "repairer", "storekeeper", "guard"])
def test_no_link_leads_to_a_refusal(role, everything, db):
    browser = Client()
    browser.force_login(getattr(everything.cast, role))
    seen, ahead, refused = Counter(), deque([("/", "")]), []
    while ahead:
        address, where = ahead.popleft()
        cache.clear()
        answer = browser.get(address)
        if answer.status_code >= 400:
            refused.append(f"{answer.status_code} {address} shown on {where}")
        elif answer.streaming:
            b"".join(answer.streaming_content)
        elif answer.headers.get("Content-Type", "").startswith("text/html"):
            for link in LINK.findall(answer.content.decode().replace("&amp;", "&")):
                if not FILES.search(link) and not HIDDEN.search(link) and seen[kind(link)] < OF_A_KIND:
                    seen[kind(link)] += 1
                    ahead.append((link, address))
    assert not refused
    assert len(seen) > 50
