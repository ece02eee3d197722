"""The only code that changes units, people, accounts and roles."""
