"""What readers wait for: the API's start and first request, and its requests when it is warm.

Measured by `make reading` and `python -m local.cold_start`; here is how that is written down.
"""

import statistics
from collections.abc import Iterator, Sequence

from local import cold_start, reading
from local.bench.report import Figure, Section, Table, cells, times

AIM = 1.3
"""How many times as long as boto3 alone an answer may take, cold or warm."""
BARE, SYSTEM = "boto3 alone", "the API"


def cold_section() -> Section:
    """What starting and answering a first request takes."""
    readings = cold_start.measure()
    return Section(
        title="The API's start and first request",
        text=(
            "A process that starts, and reads an address as its first: with boto3 alone, with the"
            " API's function, with FastAPI and Mangum around boto3, all three sending the same"
            f" bytes; and the function as it was built. Medians of {cold_start.ROUNDS} starts, in"
            " turns; the ratio is that of the processor times to boto3's alone."
        ),
        tables=[Table(cold_start.HEAD, [cold_start.row(each) for each in readings])],
        figures=list(cold_figures(readings)),
    )


def cold_figures(readings: Sequence[cold_start.Reading]) -> Iterator[Figure]:
    """Each address's start beside that of boto3 alone, of each program that is not that itself."""
    for each in readings:
        name, _, version = each.starter.partition(", ")
        if name == BARE:
            continue
        is_ours = name.startswith(SYSTEM)
        yield Figure(
            f"start and first request, `{each.target}`, by {name}",
            f"≤ {AIM}" if is_ours else "none: to compare",
            times(each.ratio),
            f"{BARE}, processor time, {version}",
            short=is_ours and each.ratio > AIM,
        )


def warm_section() -> Section:
    """What requests take once the API is warm."""
    costs = reading.measure()
    return Section(
        title="What reading costs",
        text=(
            "The API's handler in one process, moto's AWS in another, the sample day from six"
            " sources in the archive. The handler, taking gzip, and boto3 making the same calls"
            f" alone take turns; medians of {reading.ROUNDS} times. The last columns are for a"
            " reader who has the answer, and asks with its ETag."
        ),
        tables=[Table(cells(reading.HEAD[0]), [cells(reading.row(cost)) for cost in costs])],
        figures=list(warm_figures(costs)),
    )


def warm_figures(costs: Sequence[reading.Cost]) -> Iterator[Figure]:
    """The warm requests that need calls beside these: the middle one, and each that is short."""
    ratios = {cost.target: cost.warm / cost.warm_calls for cost in costs if cost.warm_calls}
    yield Figure(
        "warm requests, the median address",
        f"≤ {AIM}",
        times(statistics.median(ratios.values())),
        "boto3 making the same calls alone, by the clock",
        short=statistics.median(ratios.values()) > AIM,
    )
    worst = max(ratios, key=lambda target: ratios[target])
    for target, ratio in ratios.items():
        if ratio > AIM or target == worst:
            yield Figure(
                f"warm request, `{target}`" + (", the slowest" if target == worst else ""),
                f"≤ {AIM}",
                times(ratio),
                "boto3 making the same calls alone, by the clock",
                short=ratio > AIM,
            )
