"""The token, and a page that lists the whole API in words."""

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import authenticate
from django.utils import timezone
from django.views.generic import TemplateView
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, Throttled
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from logistics.platform.web.middleware import LOCKED, address_of

from .rules import token_of


class TokenRequest(serializers.Serializer):
    username = serializers.CharField(max_length=30)
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class TokenAnswer(serializers.Serializer):
    token = serializers.CharField()


class TokenView(APIView):
    """工号或手机号、密码换一个令牌；连错五次锁一刻钟，与登录页一样。"""

    permission_classes = [AllowAny]
    authentication_classes = []

    @extend_schema(request=TokenRequest, responses=TokenAnswer)
    def post(self, request):
        asked = TokenRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        if not AxesProxyHandler.is_allowed(request._request, {"username": asked.validated_data["username"]}):
            raise Throttled(detail=LOCKED)
        user = authenticate(request._request, **asked.validated_data)
        if user is None:
            raise PermissionDenied("工号或密码不对。")
        user.source = f"接口 {address_of(request)}"
        return Response({"token": token_of(actor=user, at=timezone.now()).key})


class DocsPage(TemplateView):
    """The schema as a readable page; no script from elsewhere."""

    template_name = "platform/api_docs.html"

    def get_context_data(self, **kwargs):
        schema = SchemaGenerator().get_schema(request=None, public=True)
        groups: dict[str, list] = {}
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                if method in ("get", "post", "put", "patch", "delete"):
                    group = path.removeprefix("/api/v1/").split("/")[0]
                    groups.setdefault(group, []).append((method.upper(), path, operation.get("description", "")))
        return super().get_context_data(title="接口", groups=groups, **kwargs)
