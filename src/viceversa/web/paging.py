"""One page of a long list, and the numbers that lead to the others."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator

from .request import PageRequest

PER_PAGE = 50


class KeysFirst(Paginator):  # type: ignore[type-arg]  # generic for the type checker alone
    """Puts keys alone in order and reads the rows of one page: a database that sorts does not carry every column."""

    def page(self, number: int | str) -> Page[Any]:
        found = super().page(number)
        begin = found.start_index() - 1 if self.count else 0
        rows: Any = self.object_list
        keys = list(rows.values_list("pk", flat=True)[begin : begin + self.per_page])
        found.object_list = list(rows.filter(pk__in=keys))
        return found


def one_page(
    request: PageRequest,
    rows: Any,
    *,
    per_page: int = PER_PAGE,
    count: int | None = None,
    by: type[Paginator[Any]] = Paginator,
) -> dict[str, Any]:
    """``page`` and ``pages`` for parts/pager.html; a page number that is none leads to the nearest there is.

    ``count`` is how many rows there are, where that is known already.
    """
    paginator = by(rows, per_page)
    if count is not None:
        vars(paginator)["count"] = count  # in the place of what Django would ask for and keep
    page = paginator.get_page(request.GET.get("page"))
    return {"page": page, "pages": list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))}
