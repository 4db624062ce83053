"""Forgetting somebody: whom, where their facts lie, and in which order they are taken out."""
