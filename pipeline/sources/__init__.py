"""The only network: what is asked of the world, and the landings in which its answers are kept as they came."""
