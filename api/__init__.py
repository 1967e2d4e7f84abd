"""HTTP for crews, operations and integrators: reads the store, asks for plans, takes marks.

Imports core and store, never ingest, routing or simulators: what they do arrives through the
database. FastAPI is used here alone, psycopg not at all. ``api.app.create_app`` makes the
application, ``api.server.serve`` runs it inside an event loop that exists already.
"""
