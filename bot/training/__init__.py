"""Training: what people taught, frozen into datasets and handed to a trainer."""
