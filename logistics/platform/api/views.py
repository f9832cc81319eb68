"""The token, and a page that lists the whole API in words."""

from functools import cache

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import authenticate
from django.utils import timezone
from django.views.generic import TemplateView
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, Throttled, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from logistics.platform.access.codes import WRONG, authenticator_of, is_asked_of, use_code
from logistics.platform.access.tokens import make_token_by_password
from logistics.platform.web.middleware import LOCKED, address_of

from .shapes import described

SET_UP_FIRST = "您的角色要用动态口令。请先登录网页设好，再来换令牌。"
CODE_MISSING = "这个账号要动态口令，请在 code 里填手机上现在的 6 位数字。"


class TokenRequest(serializers.Serializer):
    username = serializers.CharField(max_length=30)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    code = serializers.CharField(max_length=20, required=False, allow_blank=True, help_text="设了动态口令的人要填。")


class TokenAnswer(serializers.Serializer):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class TokenView(APIView):
    """工号或手机号、密码换一个 12 小时的令牌；连错五次锁一刻钟，与登录页一样。"""

    permission_classes = [AllowAny]
    authentication_classes = []

    @described(request=TokenRequest, responses=TokenAnswer)
    def post(self, request):
        asked = TokenRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        code = asked.validated_data.pop("code", "")
        if not AxesProxyHandler.is_allowed(request._request, {"username": asked.validated_data["username"]}):
            raise Throttled(detail=LOCKED)
        user = authenticate(request._request, **asked.validated_data)
        if user is None:
            raise PermissionDenied("工号或密码不对。")
        user.source = f"接口 {address_of(request)}"
        check_code(request._request, user, code)
        token, key = make_token_by_password(actor=user, at=timezone.now())
        return Response(TokenAnswer({"token": key, "expires_at": token.expires_at}).data)


def check_code(request, user, code: str) -> None:
    """The code of whoever has set one up; a wrong one counts towards the lock like a wrong password."""
    if authenticator_of(user) is None:
        if is_asked_of(user):
            raise PermissionDenied(SET_UP_FIRST)
        return
    if not code:
        raise ValidationError({"code": [CODE_MISSING]})
    if not AxesProxyHandler.is_allowed(request, {"username": user.username}):
        raise Throttled(detail=LOCKED)
    if not use_code(actor=user, at=timezone.now(), code=code):
        AxesProxyHandler.user_login_failed(TokenView, {"username": user.username}, request)
        raise PermissionDenied(WRONG)


class SchemaView(APIView):
    """The whole API as OpenAPI. Its generator is loaded for the first who asks for it: a tenth of a worker's memory."""

    schema = None

    def dispatch(self, request, *args, **kwargs):
        from drf_spectacular.views import SpectacularAPIView

        return SpectacularAPIView.as_view()(request, *args, **kwargs)


@cache
def addresses() -> dict[str, list[tuple[str, str, str]]]:
    """{app: [(method, address, what it does)]}; worked out once a process, for it takes seconds."""
    from drf_spectacular.generators import SchemaGenerator  # see SchemaView

    groups: dict[str, list[tuple[str, str, str]]] = {}
    for path, methods in SchemaGenerator().get_schema(request=None, public=True)["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "post", "put", "patch", "delete"):
                group = path.removeprefix("/api/v1/").split("/")[0]
                groups.setdefault(group, []).append((method.upper(), path, operation.get("description", "")))
    return groups


class DocsPage(TemplateView):
    """The schema as a readable page; no script from elsewhere."""

    template_name = "platform/api_docs.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(title="接口", groups=addresses(), **kwargs)
