"""Where things lie, what the user set, what the organisation demands."""
