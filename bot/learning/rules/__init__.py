"""Rules: what the evidence amounts to, where it holds, and what people decide about it."""
