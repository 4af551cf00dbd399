"""What corrections teach: diffs, and examples for the next prompt."""
