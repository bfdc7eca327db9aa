"""Records: what a model is, validated and frozen; to TOML and back."""
