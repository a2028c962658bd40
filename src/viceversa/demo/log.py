"""The event log of an invented past, in the order in which it happened rather than in that of inventing it."""

from __future__ import annotations

from django.db.models import QuerySet

from viceversa.accounts.models import Event, EventSeal


def put_in_order() -> None:
    """Give the log's places to its events by their moments; of two in one moment the one that was written first stays.

    Only before anything is sealed. The product itself never does this: there a log is written as things happen.
    """
    if EventSeal.objects.exists():
        raise RuntimeError("the demo's log is sealed already, and a sealed log is never put in another order")
    events = list(Event.objects.order_by("at", "pk"))
    places = sorted(event.pk for event in events)
    if [event.pk for event in events] == places:
        return
    QuerySet(Event).delete()
    for event, place in zip(events, places, strict=True):
        event.pk = place
    Event.objects.bulk_create(events, batch_size=500)
