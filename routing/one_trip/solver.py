"""The search for better routes, by OR-Tools. The only file that knows it.

Runs in a process of its own (see ``solve``): OR-Tools holds the interpreter while it searches and
does not keep its limit in every phase.
"""

import time

from ortools.constraint_solver import pywrapcp, routing_enums_pb2, routing_parameters_pb2

from routing.one_trip import Model, Routes

GUIDED_LAMBDA = 0.1
"""How strongly guided local search leaves its paths; 0.05 to 0.3 did well on waste instances."""
_SHORTEST_S = 0.05


def search(
    model: Model, start: Routes, *, limit_s: float, seed: int, solution_limit: int | None = None
) -> Routes:
    """Return routes that are no worse than ``start``, which has to be feasible.

    Guided local search (Voudouris, Tsang 1999) from ``start``: measured on clustered days of 100
    to 2,000 stops it beat OR-Tools' own first solutions and its iterated local search, and there
    is no first-solution phase that could overrun. It uses all of ``limit_s``, building the model
    included. ``seed`` goes to the solver's own chance. With ``solution_limit`` it ends after so
    many solutions, on every machine at the same one unless the time is up before.
    """
    began = time.perf_counter()
    manager = pywrapcp.RoutingIndexManager(
        len(model.cost_s), model.n_vehicles, [0] * model.n_vehicles, model.end.tolist()
    )
    routing = pywrapcp.RoutingModel(manager)
    routing.solver().ReSeed(seed)
    _add_costs_and_limits(routing, model)
    _add_stops(routing, manager, model)
    left_s = max(_SHORTEST_S, limit_s - (time.perf_counter() - began))
    parameters = _parameters(left_s, solution_limit)
    routing.CloseModelWithParameters(parameters)
    first = routing.ReadAssignmentFromRoutes(
        [[manager.NodeToIndex(stop + 1) for stop in route] for route in start],
        True,  # ignore_inactive_indices; the wrapper takes no keywords
    )
    if first is None:
        raise ValueError("the routes to start from are not feasible")
    found = routing.SolveFromAssignmentWithParameters(first, parameters)
    return start if found is None else _routes(routing, manager, found, model.n_vehicles)


def _add_costs_and_limits(routing: pywrapcp.RoutingModel, model: Model) -> None:
    stops = slice(1, 1 + model.n_stops)
    cost = routing.RegisterTransitMatrix(model.cost_s.tolist())
    routing.SetArcCostEvaluatorOfAllVehicles(cost)
    time_s = model.cost_s.copy()
    time_s[stops] += model.service_s[:, None]
    routing.AddDimensionWithVehicleCapacity(
        routing.RegisterTransitMatrix(time_s.tolist()), 0, model.limit_s.tolist(), True, "time"
    )
    load_hg = [0] * len(model.cost_s)
    load_hg[stops] = model.load_hg.tolist()
    routing.AddDimensionWithVehicleCapacity(
        routing.RegisterUnaryTransitVector(load_hg), 0, model.capacity_hg.tolist(), True, "load"
    )


def _add_stops(
    routing: pywrapcp.RoutingModel, manager: pywrapcp.RoutingIndexManager, model: Model
) -> None:
    for stop in range(model.n_stops):
        index = manager.NodeToIndex(stop + 1)
        routing.AddDisjunction([index], int(model.penalty_s[stop]))
        if not model.allowed[stop].all():
            # SetAllowedVehiclesForIndex takes no Python list in OR-Tools 9.15; -1 is "on none"
            vehicles = [-1, *model.allowed[stop].nonzero()[0].tolist()]
            routing.VehicleVar(index).SetValues(vehicles)


def _parameters(
    limit_s: float, solution_limit: int | None
) -> routing_parameters_pb2.RoutingSearchParameters:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.time_limit.FromMilliseconds(max(1, round(limit_s * 1000)))
    parameters.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    parameters.guided_local_search_lambda_coefficient = GUIDED_LAMBDA
    if solution_limit is not None:
        parameters.solution_limit = solution_limit
    return parameters


def _routes(
    routing: pywrapcp.RoutingModel,
    manager: pywrapcp.RoutingIndexManager,
    found: pywrapcp.Assignment,
    n_vehicles: int,
) -> Routes:
    routes = []
    for vehicle in range(n_vehicles):
        route: list[int] = []
        index = found.Value(routing.NextVar(routing.Start(vehicle)))
        while not routing.IsEnd(index):
            route.append(manager.IndexToNode(index) - 1)
            index = found.Value(routing.NextVar(index))
        routes.append(tuple(route))
    return tuple(routes)
