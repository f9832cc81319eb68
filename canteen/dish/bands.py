"""Ages by which a canteen measures: the four bands of WS/T 554-2017, and grown-ups."""

import re
from collections.abc import Iterable
from decimal import Decimal

from django.db import models

from logistics.platform.kernel.models import Model

GRADES = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
GRADE = re.compile(r"(?:小学?)?(?P<school>[初高])?中?(?P<number>1[0-2]|[1-9]|[一二三四五六七八九])(?:年级)?")
IN_SCHOOLS = {"初": 6, "高": 9}  # 初一 is the seventh grade, 高一 the tenth


class AgeBand(models.TextChoices):
    LOWER = "g6", "6–8 岁（1–3年级）"
    UPPER = "g9", "9–11 岁（4–6年级）"
    MIDDLE = "g12", "12–14 岁（7–9年级）"
    HIGH = "g15", "15–17 岁（10–12年级）"
    STAFF = "adult", "教职工"


PUPILS = (AgeBand.LOWER, AgeBand.UPPER, AgeBand.MIDDLE, AgeBand.HIGH)
GRAMS = tuple(band.value for band in AgeBand)  # the columns of every row of grams


def band_of(grade: str) -> AgeBand | None:
    """The band of a grade as schools write it: 三年级, 初二, 高一, 七年级. None for what says no grade."""
    text = grade.strip().replace("十二", "12").replace("十一", "11").replace("十", "10")
    found = GRADE.fullmatch(text)
    if found is None:
        return None
    number = GRADES.get(found["number"]) or int(found["number"])
    if found["school"]:
        number = number + IN_SCHOOLS[found["school"]] if number <= 3 else number
    return PUPILS[min((number - 1) // 3, 3)] if number <= 12 else None


class Grams(Model):
    """Raw grams of one ingredient per portion, by age band. Where grown-ups have none of their own they get the largest of the pupils'."""

    g6 = models.DecimalField("6–8 岁（克）", max_digits=7, decimal_places=2, null=True, blank=True)
    g9 = models.DecimalField("9–11 岁（克）", max_digits=7, decimal_places=2, null=True, blank=True)
    g12 = models.DecimalField("12–14 岁（克）", max_digits=7, decimal_places=2, null=True, blank=True)
    g15 = models.DecimalField("15–17 岁（克）", max_digits=7, decimal_places=2, null=True, blank=True)
    adult = models.DecimalField("教职工（克）", max_digits=7, decimal_places=2, null=True, blank=True)

    class Meta:
        abstract = True

    def grams(self, band: str) -> Decimal | None:
        """Grams of one portion for the band; None where nobody said."""
        own = getattr(self, band)
        if own is None and band == AgeBand.STAFF:
            return max((value for value in self.said().values()), default=None)
        return own

    def said(self) -> dict[str, Decimal]:
        """What is written, by band."""
        return {name: value for name in GRAMS if (value := getattr(self, name)) is not None}


def bands_of(grades: Iterable[str]) -> list[AgeBand]:
    """The pupils' bands a school has, youngest first."""
    found = {band_of(grade) for grade in grades}
    return [band for band in PUPILS if band in found]
