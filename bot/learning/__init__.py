"""What corrections teach: lessons read from the ledger, examples and rules for the next prompt, diffs to read."""
