"""The `draftloop` command, one file per group of commands."""
