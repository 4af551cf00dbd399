"""What corrections say about style: by plain patterns, by the model, and what may never become a rule."""
