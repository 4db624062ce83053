"""Discord over REST, through discord.py."""
