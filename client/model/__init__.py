"""Values only: frozen dataclasses, enums and pure functions on them."""
