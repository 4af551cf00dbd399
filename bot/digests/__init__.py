"""What people are told about the drafts: figures, statistics answers, weekly digests."""
