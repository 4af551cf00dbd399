"""What people's judgement weighs, and what of it is held back."""
