"""``translate`` and ``blocktranslate`` as Django has them, with each sentence looked up once in a language.

A page says fifty fixed sentences, a list says the same ten in each of its rows; Django looks each up anew, through
every catalogue that does not know it. What is kept here is the sentence as it stands in the template's source,
never what is put into it.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import Node, Parser, Token, render_value_in_context
from django.template.context import Context
from django.templatetags.i18n import BlockTranslateNode, TranslateNode, do_block_translate, do_translate
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext, ngettext

from viceversa.accounts.numbers import grouped

register = template.Library()


class Sentence(Node):
    """``{% translate "…" %}`` of a fixed sentence without a context."""

    child_nodelists = ()

    def __init__(self, node: TranslateNode) -> None:
        self._node, self._asvar = node, node.asvar
        node.asvar = None
        self._said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        said = self._said.get(language)
        if said is None:
            said = self._said[language] = self._node.render(context)
        if not self._asvar:
            return said
        context[self._asvar] = said
        return ""


class SentenceWithValues(BlockTranslateNode):
    """``{% blocktranslate %}`` with whole numbers grouped from a thousand on; with a context, Django's own way."""

    def __init__(self, node: BlockTranslateNode) -> None:
        self.__dict__.update(node.__dict__)
        self._msgid, self._names = self.render_token_list(self.singular)
        self._counts = bool(self.plural and self.counter)
        self._said: dict[str | None, str] = {}
        if self._counts:
            self._plural_msgid, names = self.render_token_list(self.plural)
            self._names = [*self._names, *names]

    def render(self, context: Context, nested: bool = False) -> str:
        if nested or self.message_context:
            return str(super().render(context, nested=nested))
        given = {name: value.resolve(context) for name, value in self.extra_context.items()}
        sentence = self._counted(given, context) if self._counts else self._fixed()
        values = {name: _value(name, given, context) for name in self._names}
        try:
            said = sentence % values
        except (KeyError, ValueError):  # a translation that asks for what nobody gives: Django says it untranslated
            return str(super().render(context))
        if not self.asvar:
            return said
        context[self.asvar] = mark_safe(said)  # noqa: S308 - as Django: its values are escaped already
        return ""

    def _fixed(self) -> str:
        language = get_language()
        said = self._said.get(language)
        if said is None:
            said = self._said[language] = gettext(self._msgid)
        return said

    def _counted(self, given: dict[str, Any], context: Context) -> str:
        assert self.counter is not None
        assert self.countervar is not None
        with context.push(**given):
            count = self.counter.resolve(context)
        if not isinstance(count, (float, int)):
            raise template.TemplateSyntaxError(f"{self.countervar!r} must be a number.")
        given[self.countervar] = count
        return ngettext(self._msgid, self._plural_msgid, count)


register.filter("grouped", grouped)


def _value(name: str, given: dict[str, Any], context: Context) -> str:
    if name in given:
        return render_value_in_context(grouped(given[name]), context)
    if name in context:
        return render_value_in_context(grouped(context[name]), context)
    assert context.template is not None
    default = context.template.engine.string_if_invalid
    return render_value_in_context(default % name if "%s" in default else default, context)


@register.tag("translate")
def translate(parser: Parser, token: Token) -> Node:
    node = do_translate(parser, token)
    return Sentence(node) if _is_fixed(node) else node


def _is_fixed(node: TranslateNode) -> bool:
    said = node.filter_expression
    is_literal = getattr(said.var, "literal", None) is not None and isinstance(said.var.literal, str)
    return is_literal and not said.filters and not node.noop and node.message_context is None


@register.tag("blocktranslate")
def blocktranslate(parser: Parser, token: Token) -> Node:
    return SentenceWithValues(do_block_translate(parser, token))
