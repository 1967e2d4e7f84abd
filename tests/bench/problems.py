"""Small routing problems as files, for the benches of routing."""

from pathlib import Path

CVRP = """\
NAME : tiny-n5-k2
COMMENT : four customers on a line to the east, and one to the north
TYPE : CVRP
DIMENSION : 6
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 10
NODE_COORD_SECTION
1 0 0
2 10 0
3 20 0
4 30 0
5 40 0
6 0 15
DEMAND_SECTION
1 0
2 4
3 4
4 4
5 4
6 4
DEPOT_SECTION
1
-1
EOF
"""

VRPTW = """\
NAME : tiny-windows
TYPE : VRPTW
DIMENSION : 4
VEHICLES : 2
CAPACITY : 10
SERVICE_TIME : 5
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 10 0
3 20 0
4 1 1
DEMAND_SECTION
1 0
2 3
3 3
4 3
TIME_WINDOW_SECTION
1 0 100
2 0 12
3 30 40
4 0 100
DEPOT_SECTION
1
-1
EOF
"""

PRIZES = VRPTW.replace("DEPOT_SECTION", "PRIZE_SECTION\n1 0\n2 0\n3 100\n4 1.5\nDEPOT_SECTION")

RELOADS = """\
NAME : tiny-trips
TYPE : MTVRPTWR
DIMENSION : 4
VEHICLES : 1
CAPACITY : 5
SERVICE_TIME : 1
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 10 0
3 0 10
4 5 0
DEMAND_SECTION
1 0
2 4
3 4
4 1
TIME_WINDOW_SECTION
1 0 100
2 0 90
3 0 90
4 0 90
RELEASE_TIME_SECTION
1 0
2 0
3 30
4 0
VEHICLES_RELOAD_DEPOT_SECTION
1 1
DEPOT_SECTION
1
EOF
"""

SOLOMON = """\
C999

VEHICLE
NUMBER     CAPACITY
  2         10

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0         0          0          0        100          0
    1     10         0          3          0         12          5
    2     20         0          3         30         40          5
    3      1         1          3          0        100          5
"""

KIM = """\
10.0 \t// vehicle capacity (yards), real number
18.0\t// total yardage allowed for a vehicle per day, real number
3\t// total number of regular stops for a vehicle allowed per day
3600\t// lunch time duration in second, lunch time should start between 11:00am and 12:00 pm
40\t// speed: MPH
Stop_ID\tX(feet)\tY(feet)\tEarly_St_Time (HHMM)\tLate_St_Time (HHMM)\tSvice_Time(Sec)\tLoad (Yards)
900   0 0  0800 1500 0  9999.00 0
901   5280 0  0000 2400 600  9999.00 2
11   0 5280  0000 2400 60  6.00 1
12   5280 5280  0000 2400 60  5.50 1
13   0 10560  0000 1130 60  4.00 1\r
14   0 21120  1200 2400 60  0.00 1\t\t
"""


def written(folder: Path, name: str, text: str) -> Path:
    """Write a file and return where it is."""
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path
