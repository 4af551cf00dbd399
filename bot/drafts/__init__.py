"""From a brief to a text in Slack: ask, prompt, generate, publish, revise."""
