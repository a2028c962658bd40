"""Exports in the shapes of well-known HR systems, written from one small organisation, for the tests."""
