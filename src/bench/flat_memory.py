#!/usr/bin/env python3
"""Runs the built jar with -Xmx256m over a CSV drop of N items with tiny companions and a JSON drop with one inline item
of 10 MiB. Prints items a second and the process's peak memory; fails if a drop did not come out as it must.

usage: src/bench/flat_memory.py [N] [ARGUMENTS for Nightdrop, such as --spring.profiles.active=postgres …]
N is 100000 by default. The heap can be set with the environment variable HEAP (256m).
"""
import base64
import datetime
import json
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def generate(inbox, items):
    rnd = random.Random(1)
    (inbox / "files").mkdir(parents=True)
    for i in range(200):
        (inbox / "files" / f"{i:03d}.pdf").write_bytes(b"%PDF-1.4\n" + rnd.randbytes(1015))
    with open(inbox / "a-roster-manifest.csv", "w") as out:
        out.write("namespace,externalId,email,firstName,lastName,roleName\n")
        for i in range(1000):
            out.write(f"SIS,{i:06d},s{i}@example.edu,First{i},Last{i},student\n")
    with open(inbox / "b-rows-manifest.csv", "w") as out:
        out.write("itemId,namespace,externalId,documentType,filename\n")
        for i in range(items):
            user = f"{rnd.randrange(1000):06d}" if i % 100 else "nobody"
            out.write(f"item-{i},SIS,{user},DIPLOMA,files/{rnd.randrange(200):03d}.pdf\n")
    content = base64.b64encode(b"%PDF-1.4\n" + rnd.randbytes(10 * 1000 * 1000 - 9)).decode()
    item = {"itemId": "big", "externalReference": {"namespace": "SIS", "externalId": "000001"},
            "documentType": "DIPLOMA", "file": content}
    (inbox / "c-inline-manifest.json").write_text(json.dumps({"items": [item]}))


def seconds(drop):
    def moment(key):
        return datetime.datetime.fromisoformat(drop["drop"][key].replace("Z", "+00:00"))
    return (moment("finishedAt") - moment("startedAt")).total_seconds()


def main():
    items = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        generate(folder / "inbox", items)
        scopes = ",".join("pearsana-partner/partners." + scope for scope in ("documents:write", "externalRefs:read"))
        command = ["java", "-Xmx" + os.environ.get("HEAP", "256m"), "-jar", str(ROOT / "target/nightdrop.jar"), "run",
                   "--json", "--spring.config.location=classpath:/", f"--nightdrop.home={folder / 'home'}",
                   f"--nightdrop.inboxes.bench.directory={folder / 'inbox'}", "--nightdrop.inboxes.bench.settle=0s",
                   "--nightdrop.inboxes.bench.scopes=" + scopes, *sys.argv[2:]]
        start = time.monotonic()
        run = subprocess.run(command, stdout=subprocess.PIPE)
        wall = time.monotonic() - start
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"wall {wall:.1f} s, cpu {usage.ru_utime + usage.ru_stime:.1f} s, peak memory {usage.ru_maxrss // 1024} MiB")
        drops = {drop["drop"]["manifest"]: drop for drop in json.loads(run.stdout)["drops"]}
    for name, drop in sorted(drops.items()):
        total, took = drop["counts"]["total"], seconds(drop)
        print(f"{name}: {drop['outcome']}, {total} items in {took:.1f} s, {total / max(took, 0.001):.0f} a second")
    unknown = (items + 99) // 100
    rows = drops["b-rows-manifest.csv"]
    if (rows["counts"] != {"total": items, "succeeded": items - unknown, "failed": unknown, "inDoubt": 0}
            or rows["errors"] != {"NOT_FOUND": unknown}
            or drops["c-inline-manifest.json"]["outcome"] != "COMPLETED"
            or run.returncode != 3):
        sys.exit(f"not as it must be: exit code {run.returncode}, {rows}")


if __name__ == "__main__":
    main()
