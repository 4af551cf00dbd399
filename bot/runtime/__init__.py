"""Work that survives a crash, the clock that asks for it, and the replicas that share it."""
