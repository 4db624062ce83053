"""Messages to Discord about a night and a week."""
