"""Forms of the import: the file itself, and what is agreed to when it is applied."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from viceversa.formats.caps import MAX_FILE_BYTES
from viceversa.formats.problems import Problem
from viceversa.people.roster_problems import sentence

MEGABYTE = 1024 * 1024
# As many lines as a list of problems can name, and then some.
MOST_LINES_TEXT = 2_000_000


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("People file"),
        help_text=_("CSV, or an Excel workbook (.xlsx), up to %(most)s MB. One row a person.")
        % {"most": MAX_FILE_BYTES // MEGABYTE},
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
        if size > MAX_FILE_BYTES:
            raise forms.ValidationError(
                gettext("The file has %(size)s MB; at most %(most)s MB can be read. Leave out columns or split it")
                % {"size": f"{size / MEGABYTE:.0f}", "most": MAX_FILE_BYTES // MEGABYTE}
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
    """What the coordinator saw and agrees to."""

    left_out = forms.CharField(required=False, widget=forms.HiddenInput, max_length=MOST_LINES_TEXT)
    leavers = forms.BooleanField(required=False)

    def __init__(self, *args: Any, many_leave: int = 0, **settings: Any) -> None:
        super().__init__(*args, **settings)
        if many_leave:
            self.fields["leavers"] = forms.BooleanField(
                label=gettext("Yes, %(n)d people have left or are leaving") % {"n": many_leave},
                help_text=gettext("That is more than usual between two files, so it is asked once."),
                error_messages={"required": gettext("Say that these people leave, or bring in another file")},
            )

    def clean_left_out(self) -> list[int]:
        words = self.cleaned_data["left_out"].split()
        return sorted({int(word) for word in words if word.isdecimal() and len(word) < 9})
