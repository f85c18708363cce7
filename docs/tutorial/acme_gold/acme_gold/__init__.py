"""Gold cards for customers who buy much."""
