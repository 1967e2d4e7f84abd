"""What somebody does about a sensor, in a sentence for each word of its health."""

from collections.abc import Mapping
from types import MappingProxyType

from core.rules.health_state import HealthState

WHAT_TO_DO: Mapping[HealthState, str] = MappingProxyType(
    {
        HealthState.RETIRED: "Nothing: it is out of use.",
        HealthState.NOT_MOUNTED: "Mount it in a bin, or retire it.",
        HealthState.NEVER_HEARD: "Check that it is switched on and joined, and that its id is the "
        "one registered.",
        HealthState.SILENT: "Look at its neighbours first: if they are silent too, it is the "
        "network; else visit it with a battery and a spare.",
        HealthState.UNREADABLE: "Compare its make and firmware with what is registered, correct "
        "that, and replay what was set aside.",
        HealthState.SENSOR_FAULT: "Restart it; if it says so again, exchange it.",
        HealthState.CLOCK_WRONG: "Set its clock through the network server; if it drifts again, "
        "exchange it.",
        HealthState.NO_CALIBRATION: "Measure the bin and say what empty and full are: no visit "
        "needed if its type is known.",
        HealthState.TILTED: "Close the lid and set the sensor straight; look whether its bracket "
        "is broken.",
        HealthState.NO_TARGET: "Clean its window, and check that nothing deflects its beam.",
        HealthState.BLIND_ZONE: "Look into the bin: it may be overfull, or something hangs before "
        "the sensor.",
        HealthState.OUT_OF_RANGE: "Check the bin's calibration: it may have been exchanged for one "
        "of another depth.",
        HealthState.STUCK: "Look into the bin: clean the sensor or take away what hangs before it; "
        "if the bin is as it says, nothing.",
        HealthState.ERRATIC: "Tighten its bracket and clean it; if it jumps on, exchange it.",
        HealthState.NO_LEVEL: "Restart it and check how it is set up: it sends signs of life "
        "without measuring.",
        HealthState.BATTERY_LOW: "Exchange the battery at the next visit, within days.",
        HealthState.BATTERY_FALLING: "Order a battery and exchange it on a visit nearby.",
        HealthState.OK: "Nothing.",
    }
)
