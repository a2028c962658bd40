"""The demo's own application: the product with one-click seats, for a process bound to this machine alone."""

from viceversa.config.wsgi import application
from viceversa.demo.seats import take_seats

__all__ = ["application"]

take_seats()
