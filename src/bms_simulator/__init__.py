"""A pretend Kaseya BMS with state, wire format, routes, faults and a control plane."""
