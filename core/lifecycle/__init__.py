"""Life of a deployment and its addons: database roles, tables, first data, switching on and off."""
