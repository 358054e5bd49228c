"""The summary: Markdown tables of the medians."""
import statistics

import contestants
import workloads

# The least that the peer's wall clock has to be of Nightdrop's, on PostgreSQL and with all items.
TARGETS = {
    "w1": {"p2-each": 3.5, "p1x4-each": 0.65},
    "w2": {"p2-each": 2.5, "p1x4-group": 1.0},
    "w3": {"p2-each": 1.6, "p1x4-group": 0.7},
    "w4": {"p2-each": 1.0},
}
NOTHING = "nothing"


def text(results):
    """All tables that the results have something for."""
    groups = {}
    for result in results:
        key = (result["db"], result["load"], result["items"], result["program"])
        groups.setdefault(key, []).append(result)
    parts = [runs_table(groups), phases_table(groups), ratios_table(groups)]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(head, lines):
    ruler = "|" + " --- |" * len(head)
    return "\n".join([row(head), ruler, *map(row, lines)]) if lines else ""


def row(cells):
    return "| " + " | ".join(map(str, cells)) + " |"


def median(group, value):
    return statistics.median(value(result) for result in group)


def runs_table(groups):
    lines = []
    for (db, load, items, program), group in groups.items():
        walls = [result["wall"] for result in group]
        wall = statistics.median(walls)
        of_items = [f"{items / wall:,.0f}", f"{group[0]['bytes'] / wall / 1e6:.1f}"] if items else ["", ""]
        lines.append([db, load, f"{items:,}", program, len(group), f"{wall:.1f} ({min(walls):.1f}–{max(walls):.1f})",
                      *of_items, max(result["peak_mib"] for result in group),
                      f"{median(group, lambda r: r['cpu']):.1f}", f"{median(group, lambda r: r['cpu_server']):.1f}",
                      f"{median(group, lambda r: r['cpu_others']):.1f}"])
    return table(["database", "workload", "items", "program", "runs", "wall s (least–most)", "items/s", "MB/s",
                  "peak MiB", "CPU s", "server's CPU s", "others' CPU s"], lines)


def phases_table(groups):
    lines = []
    for (db, load, items, program), group in groups.items():
        if "phases" in group[0]:
            seconds = [median(group, lambda r, p=phase: r["phases"][p]) for phase in contestants.PHASES]
            in_batches = items / max(0.001, seconds[contestants.PHASES.index("batches")])
            lines.append([db, load, f"{items:,}", *(f"{s:.1f}" for s in seconds), f"{in_batches:,.0f}"])
    return table(["database", "workload", "items", *(phase + " s" for phase in contestants.PHASES), "batches items/s"],
                 lines)


def ratios_table(groups):
    lines = []
    for (db, load, items, program), group in groups.items():
        ours = groups.get((db, load, items, contestants.Nightdrop.name))
        if program == contestants.Nightdrop.name or not ours:
            continue
        ratio = median(group, lambda r: r["wall"]) / median(ours, lambda r: r["wall"])
        rounds = [theirs["wall"] / our["wall"] for theirs, our in zip(group, ours)]
        target = TARGETS[load].get(program) if db == "pg" and items == workloads.ITEMS[load] else None
        lines.append([db, load, f"{items:,}", program, f"{ratio:.2f} ({min(rounds):.2f}–{max(rounds):.2f})",
                      target or "", "" if target is None else "met" if ratio >= target else "missed"])
    return table(["database", "workload", "items", "peer", "peer's wall / Nightdrop's (least–most of a round)",
                  "target, at least", ""], lines)
