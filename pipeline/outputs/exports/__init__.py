"""Exports: every answer of a night as tables for programs, in a Frictionless Data Package."""
