"""Pages of the organisation, accounts and the desk."""
