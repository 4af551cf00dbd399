"""Storage remembers: tables, transactions, encryption at rest and read-only numbers."""
