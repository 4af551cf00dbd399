"""What was learned is told in Slack: notes in threads, Undo and Too broad, questions to admins, polls."""
