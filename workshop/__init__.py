"""What the builders of large files share: a folder to build in, and other people's programs.

Road data and the base map are built by rooms that do not know each other; both are made by programs
that run for minutes, may be killed, and leave nothing half behind. This room knows neither and
imports core alone.
"""
