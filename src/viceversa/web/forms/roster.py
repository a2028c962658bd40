"""Forms of the import: the file itself, and what is agreed to when it is applied."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from viceversa.accounts.numbers import filled
from viceversa.formats.caps import MAX_UPLOAD_BYTES
from viceversa.formats.problems import Problem
from viceversa.people.models import RosterImport
from viceversa.people.roster_check import Check
from viceversa.people.roster_problems import sentence

Scope = RosterImport.Scope

MEGABYTE = 1024 * 1024
# As many lines as a list of problems can name, and then some.
MOST_LINES_TEXT = 2_000_000


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("People file"),
        help_text=_("CSV, or an Excel workbook (.xlsx), up to %(most)s MB. One row a person.")
        % {"most": MAX_UPLOAD_BYTES // MEGABYTE},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        allow_empty_file=True,
        error_messages={
            "required": _("Choose the file with your people"),
            "max_length": _("The file's name is too long. Give it a shorter one and choose it again"),
        },
        max_length=200,
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        size = file.size or 0
        if size > MAX_UPLOAD_BYTES:
            raise forms.ValidationError(
                gettext("The file has %(size)s MB; at most %(most)s MB can be read. Leave out columns or split it")
                % {"size": f"{size / MEGABYTE:.0f}", "most": MAX_UPLOAD_BYTES // MEGABYTE}
            )
        return file

    def refuse(self, problems: tuple[Problem, ...]) -> None:
        """Say at the field why the file cannot be read, every reason."""
        for problem in problems:
            self.add_error("file", _at_its_line(problem))

    def refuse_without_keys(self) -> None:
        self.add_error(
            "file",
            gettext("The file cannot be kept safely: the key store is out of reach. Tell your administrator"),
        )


def _at_its_line(problem: Problem) -> str:
    """The sentence, after its line where it does not name that itself."""
    words = sentence(problem)
    if not problem.line or "at" in problem.facts:
        return words
    return gettext("Line %(line)d: %(words)s") % {"line": problem.line, "words": words}


class ApplyForm(forms.Form):
    """What the coordinator saw and agrees to: the lines left out, whom the file holds, how many people leave."""

    left_out = forms.CharField(required=False, widget=forms.HiddenInput, max_length=MOST_LINES_TEXT)
    scope = forms.ChoiceField(
        label=_("Whom does this file hold?"),
        choices=Scope.choices,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose whether the file holds everybody or some of you")},
    )
    leavers = forms.BooleanField(required=False)
    seen_leaving = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, roster: RosterImport, check: Check) -> None:
        self._roster, self._check = roster, check
        self.most_leaving = check.leaving(Scope.EVERYBODY)
        super().__init__(data, initial={"scope": roster.scope, "seen_leaving": self.most_leaving})
        absent = check.lengths["left"]
        everybody = ngettext(
            "Everybody: %(n)s person who is here and not in the file has left",
            "Everybody: %(n)s people who are here and not in the file have left",
            absent,
        )
        some = gettext("Only some of us: nobody has left for not being in it")
        scopes = self.fields["scope"]
        assert isinstance(scopes, forms.ChoiceField)
        scopes.choices = [(Scope.EVERYBODY, filled(everybody, n=absent)), (Scope.SOME, some)]
        self.asks_about_leavers = check.many_leave(Scope.EVERYBODY)
        self.asks_whatever_it_holds = check.many_leave(Scope.SOME)
        if self.asks_about_leavers:
            self._ask_about_leavers()

    def _ask_about_leavers(self) -> None:
        number = self._check.leaving(Scope.EVERYBODY)
        words = ngettext(
            "Yes, %(n)s person has left or is leaving", "Yes, %(n)s people have left or are leaving", number
        )
        here = gettext("That is more than one in twenty of the %(here)s people here, so it is asked.")
        self.fields["leavers"] = forms.BooleanField(
            label=filled(words, n=number),
            help_text=filled(here, here=self._check.figures["here"]),
            required=False,
        )

    def clean_left_out(self) -> list[int]:
        words = self.cleaned_data["left_out"].split()
        return sorted({int(word) for word in words if word.isdecimal() and len(word) < 9})

    def clean_scope(self) -> str:
        return str(self.cleaned_data["scope"] or self._roster.scope)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        scope = cleaned.get("scope", "")
        if not scope or not self._check.many_leave(scope):
            return cleaned
        seen = cleaned.get("seen_leaving")
        if not cleaned.get("leavers"):
            self.add_error("leavers", gettext("Say that these people leave, or bring in another file"))
        elif seen is not None and seen < self._check.leaving(scope):
            self.add_error("leavers", gettext("More people would leave by now. Look at the number, and say so again"))
        return cleaned

    def leavers_agreed(self) -> int:
        """How many leavers were agreed to."""
        return self._check.leaving(self.cleaned_data["scope"]) if self.cleaned_data["leavers"] else 0
