"""Wise Old Man, version 2 of its API."""
