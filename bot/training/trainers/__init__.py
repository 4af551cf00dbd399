"""Trainers: whoever turns a frozen dataset into a better model. They do not know one another."""
