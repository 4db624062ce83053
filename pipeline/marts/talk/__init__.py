"""What the guild's talk amounts to: one pure module a question, and `assemble`, which asks the database."""
