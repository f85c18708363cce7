"""Customers, contacts, addresses, activities and tasks: what every other CRM addon builds on."""
