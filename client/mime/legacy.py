"""TCVN3 and VNI as mail uses them: the tables are those of `client.model.legacy`."""

from client.model.legacy import convert_legacy, detect_legacy

__all__ = ["convert_legacy", "detect_legacy"]
