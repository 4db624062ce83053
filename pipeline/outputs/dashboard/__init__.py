"""The dashboard for clan leaders."""
