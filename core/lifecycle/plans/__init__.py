"""What an operation on an addon will do, in words, before anything happens."""
