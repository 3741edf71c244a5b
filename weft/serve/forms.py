"""The form a resident fills in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weft.serve.services import MAX_WORDS, Asked


class RequestForm(forms.Form):
    """What is wrong or needed, where, and (if they like) who asks."""

    words = forms.CharField(
        label=_("What is wrong, or what do you need?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=MAX_WORDS,
        help_text=_("A sentence or two is enough. Please leave out names and telephone numbers of others."),
    )
    address = forms.CharField(label=_("Address or place in words"), max_length=300, required=False)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Your name"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Mail address"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel"}),
    )

    def asked(self, *, service: str, channel: str, language: str) -> Asked:
        """The valid form as what somebody asks for."""
        given: dict[str, Any] = self.cleaned_data
        return Asked(service=service, channel=channel, language=language, **given)
