"""One file for each make and model: its table of fields, and frames that show it.

The file's name is the device's name with underscores, and ``DEVICE`` in it is the device; the
catalog finds it by that. Imports core and the readers one floor above, never another make.
"""
