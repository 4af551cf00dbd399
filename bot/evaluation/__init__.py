"""Offline evaluation: drafts written anew, scored, and what an always-valid test makes of figures."""
