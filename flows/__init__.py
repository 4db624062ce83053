"""When, how often, and what if it fails."""
