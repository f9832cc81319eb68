from rest_framework import serializers

from .models import BoardPost, BoardQuestion, ServicePhone


class BoardPostSerializer(serializers.ModelSerializer):
    category_name = serializers.CharField(source="get_category_display", read_only=True)

    class Meta:
        model = BoardPost
        fields = ["id", "category", "category_name", "title", "content", "audience", "publish_on", "withdraw_on", "state", "published_at", "reason"]


class BoardQuestionSerializer(serializers.ModelSerializer):
    post_title = serializers.CharField(source="post.title", read_only=True)

    class Meta:
        model = BoardQuestion
        fields = ["id", "post", "post_title", "kind", "text", "name", "phone", "asked_at", "answer", "is_shown", "answered_at"]


class ServicePhoneSerializer(serializers.ModelSerializer):
    class Meta:
        model = ServicePhone
        fields = ["id", "name", "phone", "person", "hours", "order", "is_active"]
