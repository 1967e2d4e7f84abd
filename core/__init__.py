"""The shared language of Brimful: domain types, rules, wire format, settings.

This room does no I/O and imports no other room: everything here can be read, tested and
trusted without a broker, a database or a clock. Time and chance come in as arguments.
"""
