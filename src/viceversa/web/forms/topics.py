"""Forms of the topic catalogue: a topic, a file with topics, and which topics a programme shows first."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from viceversa.formats.caps import MAX_UPLOAD_BYTES
from viceversa.formats.topics import distinct
from viceversa.people.topic_file import LONGEST_DESCRIPTION, LONGEST_FAMILY, LONGEST_NAME, MOST_SYNONYMS
from viceversa.people.topics import Taken, TopicContent

MEGABYTE = 1024 * 1024


class TopicForm(forms.Form):
    """One topic of the catalogue."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("As people would say it. What it was called before stays as a synonym."),
        max_length=LONGEST_NAME,
        error_messages={
            "required": _("Enter the topic’s name"),
            "max_length": _("Shorten the name to %(limit_value)d characters. You wrote %(show_value)d."),
        },
    )
    family = forms.CharField(
        label=_("Family"),
        help_text=_("One of those that there are, or a new one."),
        max_length=LONGEST_FAMILY,
        widget=forms.TextInput(attrs={"list": "families", "autocomplete": "off"}),
        error_messages={
            "required": _("Enter the family it belongs to"),
            "max_length": _("Shorten the family to %(limit_value)d characters. You wrote %(show_value)d."),
        },
    )
    description = forms.CharField(
        label=_("In one line"),
        help_text=_("What somebody learns. You can leave it empty."),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        error_messages={"max_length": _("Shorten it to %(limit_value)d characters. You wrote %(show_value)d.")},
    )
    synonyms = forms.CharField(
        label=_("Other words for it"),
        help_text=_("One a line: abbreviations, products, what people write instead. The matching takes them as one."),
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
    )

    @staticmethod
    def initial_of(content: TopicContent) -> dict[str, str]:
        return {
            "name": content.name,
            "family": content.family,
            "description": content.description,
            "synonyms": "\n".join(content.synonyms),
        }

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if ";" in name:
            raise forms.ValidationError(_now("Write the name without a semicolon, which keeps topics apart in files"))
        return name

    def clean_family(self) -> str:
        return " ".join(self.cleaned_data["family"].split())

    def clean_synonyms(self) -> tuple[str, ...]:
        words = distinct(tuple(" ".join(word.split()) for word in self.cleaned_data["synonyms"].splitlines()))
        words = tuple(word for word in words if word)
        problems = [
            _now("Shorten “%(word)s…” to %(most)d characters") % {"word": word[:30], "most": LONGEST_NAME}
            for word in words
            if len(word) > LONGEST_NAME
        ]
        problems += [
            _now("Write “%(word)s” without a semicolon") % {"word": word[:30]} for word in words if ";" in word
        ]
        if len(words) > MOST_SYNONYMS:
            counts = {"most": MOST_SYNONYMS, "count": len(words)}
            problems.append(_now("Keep up to %(most)d other words. You wrote %(count)d.") % counts)
        if problems:
            raise forms.ValidationError(problems)
        return words

    @property
    def content(self) -> TopicContent:
        data = self.cleaned_data
        return TopicContent(data["name"], data["family"], data["description"], data["synonyms"])

    def refuse(self, taken: tuple[Taken, ...]) -> None:
        """Say at the field which words mean something already, every one."""
        for one in taken:
            facts = {"word": one.word, "topic": one.topic}
            if one.is_name:
                words = _now("“%(word)s” means “%(topic)s” already. Choose another name, or merge the two.")
            else:
                words = _now("“%(word)s” means “%(topic)s” already. Take it out here, or there first.")
            self.add_error("name" if one.is_name else "synonyms", words % facts)


class TopicFileForm(forms.Form):
    file = forms.FileField(
        label=_("File with topics"),
        help_text=_("CSV or .xlsx with the columns name, family, synonyms, description; or the skills file of ESCO."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        allow_empty_file=True,
        error_messages={"required": _("Choose the file with topics")},
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_UPLOAD_BYTES:
            most = f"{MAX_UPLOAD_BYTES // MEGABYTE}"
            raise forms.ValidationError(_now("At most %(most)s MB can be read. Split the file") % {"most": most})
        return file

    def refuse(self, reasons: tuple[str, ...]) -> None:
        for reason in reasons:
            self.add_error("file", reason)


class ChosenFamilyForm(forms.Form):
    """Into which family the chosen topics of a file go."""

    family = forms.CharField(
        label=_("Put them all into this family"),
        help_text=_("Leave it empty to keep the families of the file."),
        max_length=LONGEST_FAMILY,
        required=False,
        widget=forms.TextInput(attrs={"list": "families", "autocomplete": "off"}),
        error_messages={"max_length": _("Shorten the family to %(limit_value)d characters. You wrote %(show_value)d.")},
    )

    def clean_family(self) -> str:
        return " ".join(str(self.cleaned_data["family"]).split())


class FindTopicForm(forms.Form):
    """Finds a topic of the catalogue by a few letters; the page then shows what was found, to press."""

    q = forms.CharField(
        label=_("Find a topic"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    @staticmethod
    def asked(data: Any) -> str:
        return str(data.get("q", "")).replace("\0", "").strip()[:200]
