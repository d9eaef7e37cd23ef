"""Công Thư: the mail client of Ho Chi Minh City's offices."""

__version__ = "0.1.0"
