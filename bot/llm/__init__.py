"""Models that write: one protocol, one file per way to reach a model."""
