"""What a person may ask of the figures; the page and the API check it alike."""

from datetime import date, timedelta

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from logistics.platform.terms.models import Term
from logistics.platform.web.forms import PlaceField
from logistics.platform.web.record_pages import View
from logistics.platform.web.records import View as Choice
from repairs.ticket.forms import DayInput

from .names import Names
from .queries import Asked

LONGEST = 731  # days: two years
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
USUAL_DAYS = 90
