#!/usr/bin/env python3
"""Runs the built jar over seeded workloads on H2 and PostgreSQL and prints, as Markdown, items a second, MB a second, peak
memory and the time of each phase. With --peers, other programs that do the same work take turns with it.

What the figures mean stands in docs/performance.md. Everything is kept in a work folder; the results of all runs are
appended to results.jsonl there.

  src/bench/benchmark.py --quick                              try it: few items, one run each
  src/bench/benchmark.py                                      all workloads on both databases
  src/bench/benchmark.py --loads w1 --items 1000000 --runs 1  a million items
  src/bench/benchmark.py --db pg --peers DIRECTORY            with the peers, in alternation
"""
import argparse
import fcntl
import json
import os
import pathlib
import shlex
import shutil
import signal
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # nothing is written beside the sources

import contestants  # noqa: E402
import databases  # noqa: E402
import tables  # noqa: E402
import workloads  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAUNCHER = ROOT / "target/nightdrop/bin/nightdrop"


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--db", default="h2,pg", help="the databases, h2 and pg; both by default")
    add("--loads", default="w1,w2,w3,w4",
        help="the workloads: w1 rows, w2 documents, w3 inline, w4 nightly; all by default")
    add("--items", metavar="N", help="items of every workload, or of each: w1=1000000,w2=500. The default is "
        + ", ".join(f"{load}={items}" for load, items in workloads.ITEMS.items()))
    add("--runs", type=int, help="runs of each program; 5 by default")
    add("--quick", action="store_true", help="few items, one run each: to try the script itself")
    add("--peers", metavar="DIR", type=pathlib.Path, help="the folder of the peers; it is copied and built with Maven")
    add("--against", metavar="PEERS", help="the peers to run, such as p2-each,p1x4-group; by default those that the "
        "targets name for the workload")
    add("--nightdrop", metavar="COMMAND", help="another command line than target/nightdrop/bin/nightdrop, such as 'java "
        "-Xmx512m -jar other.jar'")
    add("--java", default="java", help="the Java to run everything with")
    add("--heap", default="512m", metavar="SIZE", help="the largest heap, as java -Xmx has it; 512m by default")
    add("--pg-bin", metavar="DIR", help="the folder of initdb and pg_ctl; found on the PATH or below /usr/lib/postgresql")
    add("--pg-account", default="postgres", metavar="NAME", help="the account of the server when we are root")
    add("--quiet", type=int, default=0, metavar="SECONDS", help="wait up to so long before a run until the machine is idle")
    add("--work", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "nightdrop-benchmark",
        help="the work folder; nightdrop-benchmark in the temporary folder by default. It takes up to 6 GB")
    add("--summary", action="store_true", help="runs nothing, prints the medians of all runs in the work folder")
    options = parser.parse_args()
    options.work = options.work.resolve()
    options.runs = options.runs or (1 if options.quick else 5)
    options.db, options.loads = options.db.split(","), options.loads.split(",")
    if not set(options.db) <= {"h2", "pg"} or not set(options.loads) <= set(workloads.ITEMS):
        parser.error("--db knows h2 and pg, --loads " + ", ".join(workloads.ITEMS))
    options.items = items(parser, options)
    command = shlex.split(options.nightdrop) if options.nightdrop else [str(LAUNCHER)]
    # it runs in another folder
    options.nightdrop = [os.path.abspath(word) if os.path.isfile(word) else word for word in command]
    options.java = pathlib.Path(shutil.which(options.java) or parser.error("no Java at " + options.java)).resolve()
    return options


def items(parser, options):
    """How many items each workload has."""
    counts = dict(workloads.QUICK if options.quick else workloads.ITEMS)
    for part in (options.items or "").split(","):
        load, equals, number = part.rpartition("=")
        if not part:
            continue
        if not number.isdigit() or (equals and load not in counts):
            parser.error(f"--items {part}: neither N nor WORKLOAD=N")
        counts.update({load: int(number)} if equals else dict.fromkeys(counts, int(number)))
    return counts


def against(options, load):
    if not options.peers:
        return []
    return options.against.split(",") if options.against else list(tables.TARGETS[load])


class Log:
    """Appends each result to the file as soon as it is there."""

    def __init__(self, path):
        self.path, self.results = path, []

    def add(self, database, load, items, size, program, measured):
        result = {"at": round(time.time()), "db": database.name, "load": load, "items": items, "bytes": size,
                  "program": program, **measured}
        self.results.append(result)
        with open(self.path, "a") as out:
            out.write(json.dumps(result) + "\n")
        print(f"{database.name} {load} {program:10s} wall {measured['wall']:.1f} s, peak {measured['peak_mib']} MiB, "
              f"others' CPU {measured['cpu_others']:.1f} s", file=sys.stderr, flush=True)


def run_all(options, database, nightdrop, peers, loads, log):
    """All programs in turn, round after round, so that the machine's moods hit all of them alike."""
    nightdrop.set_up(database)
    if peers:
        peers.set_up(database)
    for _ in range(options.runs):
        log.add(database, tables.NOTHING, 0, 0, nightdrop.name, nightdrop.run_empty(database, options.quiet))
        for load in loads:
            result = nightdrop.run(database, load, options.quiet)
            log.add(database, load.name, load.items, load.bytes, nightdrop.name, result)
            for peer in against(options, load.name):
                result = peers.run(peer, database, load, options.quiet)
                log.add(database, load.name, load.items, load.bytes, peer, result)


def main():
    options = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # stops the server and what is measured, too
    options.work.mkdir(parents=True, exist_ok=True)
    log = Log(options.work / "results.jsonl")
    if options.summary:
        print(tables.text(map(json.loads, log.path.read_text().splitlines())))
        return
    with open(options.work / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"Another benchmark works in {options.work}")
        benchmark(options, log)


def h2_jar():
    """The driver that Nightdrop has itself, so that the versions fit."""
    return next((ROOT / "target/nightdrop/lib").glob("h2-*.jar"))


def benchmark(options, log):
    peers = contestants.Peers(options.peers, options.work, options.java, options.heap) if options.peers else None
    if peers:
        peers.package({peer for load in options.loads for peer in against(options, load)})
    loads = [workloads.make(load, options.items[load], options.work / "loads") for load in options.loads]
    nightdrop = contestants.Nightdrop(options.nightdrop, options.work, options.java, options.heap)
    labels = []
    for name in options.db:
        database = (databases.H2(options.work / "h2", options.java, h2_jar()) if name == "h2"
                    else databases.Postgres(options.work / "pg", options.pg_bin, options.pg_account))
        try:
            database.start()
            labels.append(database.label)
            run_all(options, database, nightdrop, peers, loads, log)
        except contestants.WrongResult as wrong:
            sys.exit(f"On {database.label} a run did not come out as it must. {wrong}\n{options.work} has what it left.")
        finally:
            database.stop()
    java = databases.checked([options.java, "-version"]).split('"')[1]
    print(f"{os.cpu_count()} cores, Java {java}, {', '.join(labels)}\n\n{tables.text(log.results)}")


if __name__ == "__main__":
    main()
