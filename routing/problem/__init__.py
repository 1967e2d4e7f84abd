"""The day as a problem: what is wanted, vehicles with their shifts, disposal, travel times.

``build`` takes out what can never be served, each with its reason, and writes the rest as a model
of whole numbers for the search.
"""

from routing.problem.build import Built, build
from routing.problem.places import Places
from routing.problem.problem import Problem, ProblemVehicle, Rules
from routing.problem.visits import ProblemBin, Visit

__all__ = ["Built", "Places", "Problem", "ProblemBin", "ProblemVehicle", "Rules", "Visit", "build"]
