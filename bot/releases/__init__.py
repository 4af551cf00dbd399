"""Releases: made, compared, promoted, rolled back, guarded."""
