"""What is drawn in a shorter way than Django's own is Django's own to the letter."""

from __future__ import annotations

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import Context, Template, engines
from django.utils import translation
from django.utils.safestring import mark_safe

from viceversa.web.forms.drawing import DrawnWidgets
from viceversa.web.forms.long_select import LongSelect

HOSTILE = "</option>\"><script>'&"
CHOICES = [("", "Not said"), ("a", "A & B"), (HOSTILE, HOSTILE), (3, mark_safe("<b>three</b>")), (4, 1234.5)]
GROUPED = [("Near", [("a", "A"), ("b", "B")]), ("Far", [("c", HOSTILE)])]
ATTRS = {"id": "id_x", "class": "input", "required": True, "disabled": False, "data-n": 1200, "title": HOSTILE}
WIDGETS = {
    "text": (forms.TextInput(), [None, "", "Zoë", HOSTILE, mark_safe("&amp;"), 7]),
    "number": (forms.NumberInput(), [None, 1234567, 1.5]),
    "email": (forms.EmailInput(), ["a@b.example"]),
    "password": (forms.PasswordInput(), ["kept to oneself"]),
    "hidden": (forms.HiddenInput(), ["x", None]),
    "date": (forms.DateInput(format="%Y-%m-%d"), ["2026-06-23"]),
    "time": (forms.TimeInput(format="%H:%M"), ["09:00"]),
    "box": (forms.CheckboxInput(), [True, False, "yes", None]),
    "area": (forms.Textarea(), [None, "", "two\nlines", HOSTILE]),
    "select": (forms.Select(choices=CHOICES), ["", "a", 3, HOSTILE, None]),
    "grouped": (forms.Select(choices=GROUPED), ["c", None]),
    "several": (forms.SelectMultiple(choices=GROUPED), [["a", "c"], None]),
    "radio": (forms.RadioSelect(choices=CHOICES), ["a", None]),
    "boxes": (forms.CheckboxSelectMultiple(choices=CHOICES), [["a", "3"], None]),
    "file": (forms.ClearableFileInput(), [None]),
}
CASES = [(name, value) for name, (_widget, values) in WIDGETS.items() for value in values]


@pytest.mark.parametrize(("name", "value"), CASES)
@pytest.mark.parametrize("attrs", [{}, ATTRS], ids=["bare", "with attributes"])
def test_a_widget_is_drawn_as_django_draws_it(name, value, attrs):
    widget = WIDGETS[name][0]
    usual = widget.render("x", value, attrs=attrs, renderer=DjangoTemplates())
    assert widget.render("x", value, attrs=attrs, renderer=DrawnWidgets()) == usual


def test_each_radio_button_of_a_group_is_drawn_as_django_draws_it():
    class Asked(forms.Form):
        side = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect, initial="a")

    usual = [str(radio) for radio in Asked(renderer=DjangoTemplates())["side"]]
    assert [str(radio) for radio in Asked(renderer=DrawnWidgets())["side"]] == usual


def test_a_long_list_offers_what_djangos_own_select_offers():
    for value in ("", "a", 3, HOSTILE, None):
        long, usual = (kind(choices=CHOICES).render("x", value) for kind in (LongSelect, forms.Select))
        assert "".join(long.split()) == "".join(usual.split())


def said(source: str, builtin: str, **context: object) -> str:
    engine = engines["django"].engine.__class__(builtins=["django.templatetags.i18n", builtin], app_dirs=False)
    return Template(source, engine=engine).render(Context(context))


SOURCES = (
    '{% translate "100% & <more>" %}',
    '{% translate "Yes" as word %}[{{ word }}]',
    '{% translate "May" context "month" %}',
    "{% translate name %}",
    "{% blocktranslate with who=name %}100% of {{ who }} & {{ count }}{% endblocktranslate %}",
    "{% blocktranslate asvar kept %}Kept {{ name }}{% endblocktranslate %}[{{ kept }}]",
    "{% blocktranslate count n=count %}One{% plural %}{{ n }} of {{ name }}{% endblocktranslate %}",
    "{% blocktranslate trimmed %}\n  {{ name }}\n  twice {{ missing }}\n{% endblocktranslate %}",
    "{% autoescape off %}{% translate '<b>' %}{% blocktranslate %}{{ name }}{% endblocktranslate %}{% endautoescape %}",
)


@pytest.mark.parametrize("source", SOURCES)
def test_a_sentence_is_said_as_django_says_it_also_the_second_time(source):
    context = {"name": HOSTILE, "count": 120}
    usual = said(source, "django.templatetags.i18n", **context)
    twice = said(
        f"{{% for one in pair %}}{source}{{% endfor %}}", "viceversa.web.templatetags.words", pair="ab", **context
    )
    assert twice == usual * 2


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [("en-gb", 999, "999"), ("en-gb", 1000, "1,000"), ("en-gb", -204_500, "-204,500"), ("de", 20_000, "20.000")],
)
def test_whole_numbers_are_grouped_from_a_thousand_on(language, count, words):
    source = (
        "{{ n|grouped }}; {% blocktranslate %}{{ n }}{% endblocktranslate %}; "
        "{% blocktranslate with all=n %}{{ all }}{% endblocktranslate %}; "
        "{% blocktranslate count some=n %}{{ some }}{% plural %}{{ some }}{% endblocktranslate %}; "
        "{% blocktranslate count some=n asvar kept %}{{ some }}{% plural %}{{ some }}{% endblocktranslate %}{{ kept }}"
    )
    with translation.override(language):
        page = said(source, "viceversa.web.templatetags.words", n=count)
    assert page.split("; ") == [words] * 5


def test_what_is_no_whole_number_is_left_as_it_is():
    source = "{{ n|grouped }}"
    for value in ("12345", None, 1234.5, True):
        assert said(source, "viceversa.web.templatetags.words", n=value) == said(
            "{{ n }}", "django.templatetags.i18n", n=value
        )


def test_a_sentence_that_was_said_in_one_language_is_looked_up_anew_in_another():
    engine = engines["django"].engine.__class__(builtins=["viceversa.web.templatetags.words"], app_dirs=False)
    page = Template('{% translate "Yes" %} {% blocktranslate %}No{% endblocktranslate %}', engine=engine)
    with translation.override("en-gb"):
        assert page.render(Context()) == "Yes No"
    with translation.override("de"):
        assert page.render(Context()) == "Ja Nein"


def test_what_is_put_into_a_sentence_is_never_kept():
    engine = engines["django"].engine.__class__(builtins=["viceversa.web.templatetags.words"], app_dirs=False)
    page = Template("{% blocktranslate with who=name %}Hello {{ who }}{% endblocktranslate %}", engine=engine)
    assert [page.render(Context({"name": name})) for name in ("Ada", "Ben")] == ["Hello Ada", "Hello Ben"]
