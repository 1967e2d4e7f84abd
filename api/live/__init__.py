"""What changes, told as it happens: one connection that listens, and everybody who is told.

``hub.Live`` runs as long as the server does (``api.server.serve`` sees to it). It hears what is
committed, asks what it means, and hands each event, written once, to all who wait for it. The
compact answer about all bins is kept here for as long as nothing it says has changed.
"""
