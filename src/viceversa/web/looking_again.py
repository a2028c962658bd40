"""Pages that wait for the background look again by themselves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

AFTER_SECONDS = 2


def look_again(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Have the browser ask for the same page once more.

    By a header and not an element: it needs no script, and the page itself stays as it is.
    The address stands there in full. Without it a browser repeats the one it shows, and where that ends in
    “#main”, as it does for whoever skipped the menu, it only scrolls: the page would wait for ever.
    """
    response["Refresh"] = f"{AFTER_SECONDS}; url={request.get_full_path()}"
    return response
