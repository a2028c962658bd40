"""The mappings that are kept under a name: all of them, and one to change or delete."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext

from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.people.mapping_profiles import NameTaken, change_profile, delete_profile, mapping_in
from viceversa.people.models import MappingProfile

from ..access import access_installation
from ..forms.mapping_columns import columns_of_profile
from ..forms.mapping_profiles import ProfileForm, profile_initial
from ..paging import one_page
from ..request import PageRequest


def mapping_profile_list(request: PageRequest) -> HttpResponse:
    access_installation(request)
    kept = MappingProfile.objects.select_related("made_by").defer("mapping")
    return render(request, "roster/mapping_profile_list.html", one_page(request, kept))


def mapping_profile(request: PageRequest, public_id: str) -> HttpResponse:
    seat = access_installation(request)
    profile = MappingProfile.objects.filter(public_id=public_id).first()
    if profile is None:
        raise Http404
    mapping = mapping_in(profile)
    data = request.POST if request.method == "POST" else None
    columns = columns_of_profile(mapping)
    form = ProfileForm(data, columns=columns, mapping=mapping, initial=profile_initial(profile))
    status = 200
    if request.method == "POST" and "delete" in request.POST:
        # Whatever stands in the form does not matter to what goes away, only that it is what was read.
        version = request.POST.get("version", "")
        try:
            known = int(version) if version.isdecimal() and len(version) < 9 else -1
            delete_profile(public_id, version=known, by=seat.user, now=request.now)
        except ChangedMeanwhile:
            status = 409
            form = ProfileForm(columns=columns, mapping=mapping, initial=profile_initial(profile))
        else:
            return redirect("mapping_profile_list")
    elif form.is_bound and form.is_valid():
        try:
            change_profile(
                public_id,
                form.mapping(),
                name=form.cleaned_data["name"],
                version=form.cleaned_data["version"],
                by=seat.user,
                now=request.now,
            )
        except NameTaken:
            form.add_error("name", gettext("Another one has this name. Choose a different one"))
        except ChangedMeanwhile:
            status = 409
            form.add_error(
                None, gettext("Somebody changed it while you did. What you chose still stands here; load the page anew")
            )
        else:
            return redirect("mapping_profile_list")
    context = {"profile": profile, "form": form, "changed_meanwhile": status == 409}
    return render(request, "roster/mapping_profile.html", context, status=status)


urlpatterns: list[URLPattern] = [
    path("people/mappings/", mapping_profile_list, name="mapping_profile_list"),
    path("people/mappings/<str:public_id>/", mapping_profile, name="mapping_profile"),
]
