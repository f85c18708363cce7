"""Currencies as the documents of this addon and of those above it use them: the kernel's."""

from core.api import company_currency, decimals_of, exchange_rate, exchange_rates

__all__ = ["company_currency", "decimals_of", "exchange_rate", "exchange_rates"]
