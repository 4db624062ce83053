"""What stands out, found by looking at the clan's days: pure, tested against chance, and the same for the same night."""
