"""The demo's own application: the product with one-click seats, for a process bound to this machine alone."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "viceversa.config.settings")
application = get_wsgi_application()

from viceversa.demo.seats import take_seats  # noqa: E402 - the seats need the application's models

settings.DEMO_SEATS = True
take_seats()
