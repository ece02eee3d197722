"""The database engine of the product: PostgreSQL, told on whose behalf each statement runs."""
