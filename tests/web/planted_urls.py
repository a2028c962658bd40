"""Two mistakes that somebody could make in a page, for the access tests."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from viceversa.web.urls import urlpatterns as real


def forgets_the_check(request: HttpRequest) -> HttpResponse:
    return HttpResponse("answered unasked")


handler404 = "viceversa.web.pages.errors.not_found"
handler500 = "viceversa.web.pages.errors.fault"
urlpatterns = [
    path("planted/forgets/", forgets_the_check, name="your_pairs"),
    path("planted/unlisted/", forgets_the_check, name="planted_and_not_in_the_table"),
    *[pattern for pattern in real if pattern.name != "your_pairs"],
]
