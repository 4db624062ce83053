"""The invented clan's Discord guild: who is in it, and everything they write."""
