"""An invented clan that lives day by day, served over real HTTP on loopback."""
