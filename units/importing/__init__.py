"""What the organisation takes from sheets: units, people with their posts, grades of a year."""
