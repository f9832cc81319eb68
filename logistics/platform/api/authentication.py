"""Who calls the API: a token, or the signed-in browser. Both tell the journal where the call came from."""

from drf_spectacular.authentication import SessionScheme
from rest_framework.authentication import SessionAuthentication, TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from logistics.platform.web.middleware import address_of


def _arrived(request, found):
    if found:
        user, _ = found
        if user.must_change_password:
            raise AuthenticationFailed("请先登录网页，换掉初始密码。")
        user.source = f"接口 {address_of(request)}"
    return found


class SchoolToken(TokenAuthentication):
    def authenticate(self, request):
        return _arrived(request, super().authenticate(request))


class SchoolSession(SessionAuthentication):
    def authenticate(self, request):
        return _arrived(request, super().authenticate(request))

    def authenticate_header(self, request):
        return "Session"


class SchoolSessionScheme(SessionScheme):
    """How the schema describes the signed-in browser."""

    target_class = SchoolSession
    priority = 0
