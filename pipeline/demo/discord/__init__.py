"""The invented guild, served as Discord's REST API v10."""
