"""Who stays, who drifts, who comes back, and whom to thank."""
