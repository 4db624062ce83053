"""Who is who: which Discord account belongs to which players."""
