"""An order addon as small as can be: it offers the step from a lead to an order."""
