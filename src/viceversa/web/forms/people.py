"""A name for a search of the directory that somebody keeps."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from viceversa.people.saved_views import MOST_LETTERS


class ViewNameForm(forms.Form):
    """The name alone; what it stands for is the search at hand."""

    name = forms.CharField(
        label=_("Name of the view"),
        max_length=MOST_LETTERS,
        error_messages={
            "required": _("Enter a name for this view."),
            "max_length": _("Enter a name of at most %(limit_value)d letters; this one has %(show_value)d."),
        },
    )
