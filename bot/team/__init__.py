"""How a team wants it: its tasks, its channels' ways, its policy and who may do what."""
