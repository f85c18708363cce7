"""What programs ask for: addresses below `/api/`, in JSON, by a key."""
