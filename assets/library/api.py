"""Books as JSON."""

from rest_framework import serializers

from .models import Book


class BookSerializer(serializers.ModelSerializer):
    title = serializers.CharField(source="card.name", read_only=True)
    number = serializers.CharField(source="card.number", read_only=True)
    copies = serializers.IntegerField(source="card.quantity", read_only=True)
    out = serializers.IntegerField(read_only=True, default=0, help_text="现在借出")

    class Meta:
        model = Book
        fields = ["id", "card", "number", "title", "kind", "author", "publisher", "isbn", "call_number", "subject", "copies", "out"]
        read_only_fields = fields
