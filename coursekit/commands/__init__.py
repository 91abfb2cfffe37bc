"""The subcommands of ``coursekit``, one module each.

Each module offers ``HELP`` (one line), ``add_arguments(parser)`` and ``run(arguments) -> int`` (the exit status), and
imports what it needs only inside ``run``: ``coursekit --help`` stays quick.
"""
