"""Who calls the API: a token, or the signed-in browser. Both tell the journal where the call came from."""

from django.utils import timezone
from rest_framework.authentication import SessionAuthentication, TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS

from logistics.platform.access.models import ApiToken, Reach
from logistics.platform.access.tokens import fault_of, find_token, note_used
from logistics.platform.web.middleware import address_of


def _arrived(request, found):
    if found:
        user, _ = found
        if user.must_change_password:
            raise AuthenticationFailed("请先登录网页，换掉初始密码。")
        user.source = f"接口 {address_of(request)}"
    return found


class SchoolToken(TokenAuthentication):
    """Authorization: Token <key>. What the token may do is narrowed here, once, before any permission is decided."""

    def authenticate(self, request):
        found = _arrived(request, super().authenticate(request))
        if found:
            self.narrow(request, *found)
        return found

    def authenticate_credentials(self, key):
        token = find_token(key)
        fault = fault_of(token, timezone.now())
        if fault or token is None:
            raise AuthenticationFailed(fault)
        return token.user, token

    def narrow(self, request, user, token: ApiToken) -> None:
        if token.reach == Reach.CHOSEN:
            user.token_codes = set(token.permissions.split())
        if token.reach == Reach.READ and request.method not in SAFE_METHODS:
            raise PermissionDenied(f"接口令牌「{token.name}」只能看，不能改。要改的话，请登录网页另建一个。")
        note_used(token)


class SchoolSession(SessionAuthentication):
    def authenticate(self, request):
        return _arrived(request, super().authenticate(request))

    def authenticate_header(self, request):
        return "Session"
