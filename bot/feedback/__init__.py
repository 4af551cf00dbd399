"""Feedback: from what a person did in Slack to one current opinion, exactly."""
