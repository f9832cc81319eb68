"""The committee as JSON."""

from rest_framework import serializers

from canteen.sample.api import EVIDENCE

from .models import CommitteeActivity, CommitteeMember


class CommitteeMemberSerializer(serializers.ModelSerializer):
    class Meta:
        model = CommitteeMember
        fields = ["id", "name", "stands_for", "origin", "since", "until"]
        read_only_fields = fields


class CommitteeActivitySerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = CommitteeActivity
        fields = ["id", "kind", "topic", "present", "number_present", "content", "post", *EVIDENCE]
        read_only_fields = fields
