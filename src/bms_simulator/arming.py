"""Arm a fault, once it is known that its endpoint exists: a misspelled one would never fire."""

from typing import Any

from bms_simulator.faults import Fault, read_fault
from bms_simulator.reading import BadInputError
from bms_simulator.state import State
from bms_simulator.vendor import ROUTER

ANY_ENDPOINT = "*"


def arm_fault(state: State, value: Any) -> Fault:
    fault = read_fault(value)
    endpoints = sorted(ROUTER.endpoints)
    if fault.endpoint != ANY_ENDPOINT and fault.endpoint not in endpoints:
        raise BadInputError(f"fault: endpoint must be * or one of {', '.join(endpoints)}.")
    state.faults.arm(fault)
    return fault
