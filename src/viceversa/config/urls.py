"""All addresses of this installation; who may use each one stands in accounts/access.py."""

from django.urls import include, path

urlpatterns = [path("", include("viceversa.web.urls"))]

handler400 = "viceversa.web.pages.errors.bad_request"
handler403 = "viceversa.web.pages.errors.forbidden"
handler404 = "viceversa.web.pages.errors.not_found"
handler500 = "viceversa.web.pages.errors.fault"
