"""Answers, ready to show."""
