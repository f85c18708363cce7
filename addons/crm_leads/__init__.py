"""Leads and sales opportunities: from the first enquiry to won or lost."""
