"""Great numbers are counted once a minute; small ones are always true."""

from logistics.platform.kernel import counting
from logistics.platform.kernel.counting import count_of
from logistics.platform.org.models import Department


def test_a_small_number_is_counted_every_time(office, django_assert_num_queries):
    rows = Department.objects.order_by("name")
    before = count_of(rows)
    Department.objects.create(name="教务处")
    with django_assert_num_queries(1):
        assert count_of(rows) == before + 1


def test_a_great_one_is_kept_for_these_rows_only(office, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(counting, "GREAT", 0)
    Department.objects.create(name="教务处")
    rows = Department.objects.all()
    number = count_of(rows)
    Department.objects.create(name="政教处")
    with django_assert_num_queries(0):
        assert count_of(rows.order_by("-pk")) == number
    assert count_of(rows.filter(name="政教处")) == 1


def test_of_nothing_there_is_nothing_to_ask(office, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert count_of(Department.objects.none()) == 0
