"""Trials: a challenger against the champion, blind or on live drafts."""
