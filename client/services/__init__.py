"""Use cases. They own threads and processes and speak in values of `client.model`."""
