"""The users and the workloads. Seeded: always the same bytes.

Each workload is written once, with two manifests of the same items over the same files: manifest.* as the peers read it,
and nightdrop-manifest.* as Nightdrop does. The peers' own generator makes the same items out of the same seeds.
"""
import base64
import hashlib
import json
import math
import pathlib
import random
import shutil
from typing import NamedTuple

USERS = 50_000
UNKNOWN = 0.01  # share of the items that name a user who does not exist
POOL = 200
KIB = 1024
ITEMS = {"w1": 200_000, "w2": 20_000, "w3": 5_000, "w4": 1_000}
QUICK = {"w1": 2_000, "w2": 200, "w3": 100, "w4": 100}


class Workload(NamedTuple):
    """A workload on disk."""
    name: str
    folder: pathlib.Path
    items: int
    unknown: int   # items whose user does not exist
    contents: int  # different contents that Nightdrop stores: it keeps an inline one also when its item failed
    bytes: int     # of the contents of all items

    def manifest(self, prefix=""):
        """The peers' manifest, or with the prefix "nightdrop-" Nightdrop's."""
        return next(self.folder.glob(f"{prefix}manifest.*"))

    def fill(self, inbox):
        """Drops it: real copies, because Nightdrop takes a file with a second name for one that its sender still holds."""
        shutil.copytree(self.folder, inbox, ignore=lambda folder, names: [n for n in names if n.startswith("manifest.")
                                                                         or n == "facts.json"])


class Facts:
    """Counts what has to come of the items."""

    def __init__(self):
        self.items = self.unknown = self.bytes = 0
        self.contents = set()

    def add(self, known, fingerprint, size, inline=False):
        self.items += 1
        self.bytes += size
        self.unknown += not known
        if known or inline:
            self.contents.add(fingerprint)


def make(name, items, loads):
    """Makes the workload below loads, unless it is there already."""
    folder = loads / f"{name}-{items}"
    facts = folder / "facts.json"
    if not facts.exists():
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "files").mkdir(parents=True)
        counted = MAKERS[name](folder, items)
        facts.write_text(json.dumps({"items": counted.items, "unknown": counted.unknown,
                                     "contents": len(counted.contents), "bytes": counted.bytes}))
    return Workload(name, folder, **json.loads(facts.read_text()))


def roster(path):
    """The users as Nightdrop imports them."""
    with open(path, "w") as out:
        out.write("namespace,externalId,email,firstName,lastName,roleName\n")
        for i in range(1, USERS + 1):
            out.write(f"SIS,STU-{i:06d},student{i}@example.edu,Student,Number {i},student\n")


def peer_users(path):
    """The same users as the peers load them."""
    with open(path, "w") as out:
        for i in range(1, USERS + 1):
            out.write(f"{i},SIS,STU-{i:06d},Student number {i}\n")


def user(rnd):
    """An external id, and whether a user has it."""
    known = rnd.random() >= UNKNOWN
    number = rnd.randint(1, USERS) if known else USERS + rnd.randint(1, USERS)
    return f"STU-{number:06d}", known


def document_type(rnd):
    return rnd.choice(("TRANSCRIPT", "DIPLOMA", "LETTER", "INVOICE"))


def pdf(rnd, size):
    head = b"%PDF-1.4\n"
    return head + rnd.randbytes(size - len(head))


def log_normal_size(rnd):
    """Mean 64 KiB, between 8 KiB and 1 MiB."""
    sigma = 0.8
    return int(min(max(rnd.lognormvariate(math.log(64 * KIB) - sigma * sigma / 2, sigma), 8 * KIB), KIB * KIB))


def rows(folder, items, seed):
    """CSV manifests whose items share a pool of small companion files."""
    rnd = random.Random(seed)
    facts = Facts()
    for i in range(POOL):
        (folder / f"files/{i:03d}.pdf").write_bytes(pdf(rnd, KIB))
    with open(folder / "manifest.csv", "w") as peers, open(folder / "nightdrop-manifest.csv", "w") as nightdrop:
        peers.write("namespace,externalId,documentType,file\n")
        nightdrop.write("itemId,namespace,externalId,documentType,filename\n")
        for i in range(items):
            external_id, known = user(rnd)
            row = f"SIS,{external_id},{document_type(rnd)},files/{rnd.randrange(POOL):03d}.pdf\n"
            peers.write(row)
            nightdrop.write(f"item-{i:07d},{row}")
            facts.add(known, row.rsplit(",", 1)[1], KIB)
    return facts


def documents(folder, items, seed, size, inline=False):
    """JSON manifests whose items have a content of their own: a companion file each, or inline Base64."""
    rnd = random.Random(seed)
    facts = Facts()
    with open(folder / "manifest.json", "w") as peers, open(folder / "nightdrop-manifest.json", "w") as nightdrop:
        for out in (peers, nightdrop):
            out.write('{"items":[')
        for i in range(items):
            external_id, known = user(rnd)
            reference, kind = {"namespace": "SIS", "externalId": external_id}, document_type(rnd)
            content = pdf(rnd, size(rnd))
            facts.add(known, hashlib.sha256(content).digest(), len(content), inline)
            name = f"files/{i // 1000:03d}/{i:06d}.pdf"
            if inline:
                text = base64.b64encode(content).decode()
                for_peers, for_nightdrop = {"content": text}, {"file": text, "filename": pathlib.Path(name).name}
            else:
                path = folder / name
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(content)
                for_peers, for_nightdrop = {"file": name}, {"filename": name}
            comma = ",\n" if i else "\n"
            peers.write(comma + json.dumps({"user": reference, "documentType": kind, **for_peers}))
            nightdrop.write(comma + json.dumps({"itemId": f"item-{i:07d}", "externalReference": reference,
                                                "documentType": kind, **for_nightdrop}))
        for out in (peers, nightdrop):
            out.write("\n]}\n")
    return facts


MAKERS = {
    "w1": lambda folder, items: rows(folder, items, seed=1),
    "w2": lambda folder, items: documents(folder, items, 2, log_normal_size),
    "w3": lambda folder, items: documents(folder, items, 3, log_normal_size, inline=True),
    "w4": lambda folder, items: documents(folder, items, 4, lambda rnd: 64 * KIB),
}
