"""The clinic as JSON, to whoever may see it."""

from rest_framework import serializers

from safety.words import EVIDENCE

from .models import ClassCheck, ClinicVisit, Cluster, Illness, Medicine, MedicineBatch, MedicineMove


class ClinicVisitSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = ClinicVisit
        fields = ["id", "student", "person", "symptom", "celsius", "words", "care", "went", *EVIDENCE]
        read_only_fields = fields


class MedicineSerializer(serializers.ModelSerializer):
    class Meta:
        model = Medicine
        fields = ["id", "name", "unit", "least", "is_active"]
        read_only_fields = fields


class MedicineBatchSerializer(serializers.ModelSerializer):
    class Meta:
        model = MedicineBatch
        fields = ["id", "medicine", "lot", "expires_on", "stock"]
        read_only_fields = fields


class MedicineMoveSerializer(serializers.ModelSerializer):
    class Meta:
        model = MedicineMove
        fields = ["id", "batch", "kind", "quantity", "balance", "visit", "second", "words", "created_at"]
        read_only_fields = fields


class ClassCheckSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = ClassCheck
        fields = ["id", "school_class", "on", "session", "due", "present", "ill_absent", "ill_present", *EVIDENCE]
        read_only_fields = fields


class IllnessSerializer(serializers.ModelSerializer):
    late = serializers.CharField(read_only=True)

    class Meta:
        model = Illness
        fields = ["id", "student", "school_class", "symptom", "began_on", "words", "diagnosis", "is_infectious", "state", "back_on", "proof", *EVIDENCE]
        read_only_fields = fields


class ClusterSerializer(serializers.ModelSerializer):
    class Meta:
        model = Cluster
        fields = ["id", "school_class", "symptom", "since", "count", "state", "cleaned_at", "cleaned_how", "closed_at", "conclusion"]
        read_only_fields = fields
