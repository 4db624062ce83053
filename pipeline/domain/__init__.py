"""What is true of clans, members and metrics, with no computer in it."""
