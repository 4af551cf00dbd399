"""The Home tab: what it says to members and to admins, and how it is redrawn only when that is something else."""
