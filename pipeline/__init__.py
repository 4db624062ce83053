"""The nightly pipeline: what it asks, keeps, answers and writes."""
