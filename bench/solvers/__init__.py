"""The tables of docs/solvers.md: every instance of the shared data, Brimful and its peers.

Each instance is one run of ``python -m bench.vrp`` or ``python -m bench.kim``, in a process of its
own: what the tables hold is what anybody gets from these commands.
"""
