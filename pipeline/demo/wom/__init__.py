"""The invented clan as Wise Old Man's API would show it, by the captures and no code of the pipeline's."""
