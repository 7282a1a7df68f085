"""The starter world's declarations: one fact sheet a country, the technology templates, and the world they make."""
