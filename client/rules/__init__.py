"""The regulation's rules. Pure: no clock, no I/O."""
