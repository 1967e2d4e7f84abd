"""The `brimful` command: the top floor, which may import every other folder.

Here stand the commands, the one-command demo and the embedded services the demo
and the tests run on. No other folder imports this one.
"""
