"""Money owed and received: receivables, receipts, collection, invoices, credit, statements, expenses."""
