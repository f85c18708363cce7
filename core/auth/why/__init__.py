"""Questions about rights, answered by what decides: who reaches a record and why, what a person or role may do."""
