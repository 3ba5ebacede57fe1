"""Programs that read an address of the API once, each in a fresh process (`local/cold_start.py`).

Each is given the address's event, and the calls of AWS that it takes, as JSON on standard input,
and loads no more than what is to be measured.
"""
