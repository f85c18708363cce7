"""Who is calling, and what they may do: organisation, roles, the access policy, passwords and sessions."""
