"""Examples: past drafts and what people made of them, found for the next brief."""
