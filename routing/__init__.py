"""From levels to a plan: what is due, the rounds for it, and a reason for every bin left out.

The walk (``planner.make_plan``): levels, forecast, due or worthwhile or left out, travel times,
problem, solve, referee, save. Pure rules except planner, rounds, solve, worker, roads and watch.
Imports core and store; never ingest, api, simulators or cli. The search runs in a process of its
own that can be killed.
"""
