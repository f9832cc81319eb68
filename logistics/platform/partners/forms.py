"""Choosing a firm in a form."""

from django import forms

from .queries import active


class PartnerChoice(forms.ModelChoiceField):
    """A firm in use by name; of some kinds when given."""

    def __init__(self, *kinds, **kwargs):
        super().__init__(queryset=active(*kinds), **kwargs)
