"""Sign in with staff number or mobile phone."""

from django.contrib.auth.backends import BaseBackend
from django.db.models import Expression, Q

from .models import User

along: dict[str, Expression] = {}  # {attribute: what is read with the person at every request, in the same query}; for wiring.py


class StaffOrPhoneBackend(BaseBackend):
    def authenticate(self, request, username=None, password=None):
        """The active member of staff with this number or phone and password, or None; same time for unknown names."""
        if not username or password is None:
            return None
        user = User.objects.filter(Q(username=username) | Q(phone=username), is_person=True).first()
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id):
        return User.objects.select_related("department").annotate(**along).filter(pk=user_id, is_active=True).first()
