"""Loyalty tiers and rewards for customers."""
