"""The JSON the API speaks, with examples. Names are the domain's, units stand in the names.

Written out instead of derived from the domain's dataclasses, so that a change inside never
changes the contract unseen. Imports core and store for their types, never an endpoint.
"""
