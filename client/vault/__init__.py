"""Encryption at rest; beside `client.crypto` the only home of `cryptography`.

It is a package of its own, since importing anything of `client.crypto` loads pyHanko, which the window and
the engine never do.
"""
