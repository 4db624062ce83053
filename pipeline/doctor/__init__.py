"""Every precondition of a night, looked at one by one; nothing is changed."""
