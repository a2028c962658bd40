"""One page of a long list, and the numbers that lead to the others."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator

from .request import PageRequest

PER_PAGE = 50


def one_page(
    request: PageRequest,
    rows: Any,
    *,
    per_page: int = PER_PAGE,
    count: int | None = None,
) -> dict[str, Any]:
    """``page`` and ``pages`` for parts/pager.html; a page number that is none leads to the nearest there is.

    ``count`` is how many rows there are, where that is known already.
    """
    paginator = Paginator(rows, per_page)
    if count is not None:
        vars(paginator)["count"] = count  # in the place of what Django would ask for and keep
    page = paginator.get_page(request.GET.get("page"))
    return {"page": page, "pages": list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))}
