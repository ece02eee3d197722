"""What the law and the house say about nominations, votes and decisions: pure functions over values."""
