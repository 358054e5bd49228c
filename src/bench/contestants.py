"""The programs that take turns: Nightdrop, and the peers that it is compared with.

A run refills and resets everything first, measures the whole process, and checks what it left. A run that did not do
all of the work raises WrongResult and does not count.
"""
import csv
import json
import os
import pathlib
import shutil
import stat
import subprocess

import process
import workloads

SCOPES = ("pearsana-partner/partners.documents:write", "pearsana-partner/partners.externalRefs:read")
PHASES = ("start and look", "take in", "read through", "batches", "report", "put away", "end")
BOUNDARIES = ("received", "check-start", "check-end", "report-start", "put-away-start", "put-away-end")

OURS = "(select {} from NIGHT_DROP where MANIFEST like 'nightdrop-%')"
LEFT = f"""
    select 'received=' || cast(extract(epoch from RECEIVED_AT) as varchar) from NIGHT_DROP where MANIFEST like 'nightdrop-%'
    union all
    select STEP_NAME || '-start=' || cast(extract(epoch from START_TIME) as varchar) from BATCH_STEP_EXECUTION
    where STEP_NAME in ('check', 'report', 'put-away') and JOB_EXECUTION_ID = {OURS.format('JOB_EXECUTION_ID')}
    union all
    select STEP_NAME || '-end=' || cast(extract(epoch from END_TIME) as varchar) from BATCH_STEP_EXECUTION
    where STEP_NAME in ('check', 'put-away') and JOB_EXECUTION_ID = {OURS.format('JOB_EXECUTION_ID')}
    union all
    select 'results=' || cast(count(*) as varchar) from BATCH_ITEM_RESULT where DROP_KEY = {OURS.format('DROP_KEY')}
    union all
    select 'unknown=' || cast(count(*) as varchar) from BATCH_ITEM_RESULT
    where CODE = 'NOT_FOUND' and DROP_KEY = {OURS.format('DROP_KEY')}
    union all
    select 'documents=' || cast(count(*) as varchar) from VAULT_DOCUMENT"""

PEER_COUNTS = """
    select 'documents=' || cast(count(*) as varchar) from document
    union all
    select 'results=' || cast(count(*) as varchar) from item_result
    union all
    select 'unknown=' || cast(count(*) as varchar) from item_result where code = 'NOT_FOUND'"""


class WrongResult(Exception):
    """A run that did not do its work."""


def expect(what, found, expected):
    if found != expected:
        raise WrongResult(f"{what}: {found}, not {expected}")


def measured(command, folder, database, quiet, settings=()):
    """Runs it on a synced disk; gives the process and the part of a result that is the same for all programs."""
    os.sync()
    process.wait_for_quiet(quiet)
    server, machine = database.cpu(), process.machine_cpu()
    ended = process.run(command, folder, folder / "output.txt", settings)
    server, machine = database.cpu() - server, process.machine_cpu() - machine
    others = max(0.0, machine - server - ended.cpu)
    return ended, {"wall": round(ended.wall, 3), "peak_mib": ended.peak_mib, "cpu": round(ended.cpu, 2),
                   "cpu_server": round(server, 2), "cpu_others": round(others, 2)}


class Nightdrop:
    """Nightdrop with default settings besides the database, scopes, and no time to settle."""

    name = "nightdrop"

    def __init__(self, command, work, java, heap):
        self.command, self.work = command, work
        # for bin/nightdrop; java itself knows neither
        self.settings = {"JAVA_HOME": str(java.parent.parent), "JAVA_OPTS": f"-Xmx{heap}"}
        self.folder = work / "nightdrop"
        self.home, self.inbox = self.folder / "home", self.folder / "inbox"

    def set_up(self, database):
        """Imports the users once; each run begins with a copy of what is there then."""
        self._clear()
        self.inbox.mkdir(parents=True)
        workloads.roster(self.inbox / "roster-manifest.csv")
        ended = process.run(self._arguments(database), self.folder, self.folder / "output.txt", self.settings)
        if ended.code != 0:
            raise WrongResult(f"The import of the users ended with {ended.code}:\n{ended.output[-3000:]}")
        template = self._template(database)
        shutil.rmtree(template, ignore_errors=True)
        shutil.move(self.home, template)
        database.keep_nightdrop()

    def run(self, database, load, quiet):
        self._prepare(database)
        load.fill(self.inbox)
        process.read_all(self.inbox)
        ended, result = measured(self._arguments(database), self.folder, database, quiet, self.settings)
        if ended.code != (3 if load.unknown else 0):
            raise WrongResult(f"Exit code {ended.code}:\n{ended.output[-3000:]}")
        left = database.ask_nightdrop(self.home, LEFT)
        self._check(load, left)
        result["phases"] = phases(ended, left)
        self._clear()
        database.remove_nightdrop()
        return result

    def run_empty(self, database, quiet):
        """A run that finds nothing: what starting and ending cost by themselves."""
        self._prepare(database)
        self.inbox.mkdir()
        ended, result = measured(self._arguments(database), self.folder, database, quiet, self.settings)
        if ended.code != 0:
            raise WrongResult(f"Exit code {ended.code}:\n{ended.output[-3000:]}")
        self._clear()
        database.remove_nightdrop()
        return result

    def _prepare(self, database):
        self._clear()
        self.folder.mkdir(parents=True)
        shutil.copytree(self._template(database), self.home)
        database.renew_nightdrop()

    def _clear(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def _template(self, database):
        return self.work / f"nightdrop-template-{database.name}"

    def _arguments(self, database):
        inbox = "--nightdrop.inboxes.bench."
        return [*self.command, "run", f"--nightdrop.home={self.home}", f"{inbox}directory={self.inbox}",
                f"{inbox}settle=0s", f"{inbox}scopes={','.join(SCOPES)}", *database.nightdrop_arguments()]

    def _check(self, load, left):
        stored = load.items - load.unknown
        expect("results", left["results"], load.items)
        expect("results for unknown users", left["unknown"], load.unknown)
        expect("documents", left["documents"], stored)
        expect("files in the vault", sum(len(files) for _, _, files in os.walk(self.home / "vault")), load.contents)
        report = next(self.home.glob("reports/bench/nightdrop-manifest-*"), self.home)
        for file in ("summary.json", "response.json", "results.csv", "report.html"):
            expect(file + " is there", (report / file).is_file(), True)
        expect("counts", json.loads((report / "summary.json").read_text())["counts"],
               {"total": load.items, "succeeded": stored, "failed": load.unknown, "inDoubt": 0})
        with open(report / "results.csv", newline="") as lines:
            expect("lines of results.csv", sum(1 for _ in csv.reader(lines)) - 1, load.items)
        expect("manifests left in the inbox", list(self.inbox.rglob("*manifest*")), [])


def phases(ended, moments):
    """The seconds of each phase; together they are the wall clock."""
    ends = [ended.began, *(moments[name] for name in BOUNDARIES), ended.began + ended.wall]
    return {phase: round(end - begin, 3) for phase, begin, end in zip(PHASES, ends, ends[1:])}


class Peers:
    """The peers' folder, copied and built in the work folder. A peer is called by program, threads and sync: p1x4-each."""

    MODULES = {"p1": ("p1-bare", "bench.bare.BareLoop"), "p2": ("p2-spring-batch", "bench.batch.TextbookJob"),
               "p3": ("p3-camel", "bench.camel.DropRoutes"), "p4": ("p4-tuned-batch", "bench.tuned.TunedJob")}

    def __init__(self, source, work, java, heap):
        self.java, self.heap, self.folder, self.build = java, heap, work / "peers-run", work / "peers"
        shutil.copytree(source, self.build, dirs_exist_ok=True, ignore=shutil.ignore_patterns("target", "__pycache__"))
        for path in (self.build, *self.build.rglob("*")):
            path.chmod(path.stat().st_mode | stat.S_IWUSR)  # the original may be read-only

    def package(self, peers):
        modules = sorted({self.MODULES[peer[:2]][0] for peer in peers} | {"p1-bare"})
        for mode in (["-o"], []):
            maven = subprocess.run(["mvn", *mode, "-B", "-q", "-pl", ",".join(modules), "-am", "package"], cwd=self.build,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if maven.returncode == 0:
                return
        raise SystemExit(f"The peers cannot be built:\n{maven.stdout[-3000:]}")

    def set_up(self, database):
        """Makes the tables and loads the users."""
        self.folder.mkdir(parents=True, exist_ok=True)
        workloads.peer_users(self.folder / "users.csv")
        ended = process.run([self.java, f"-Durl={database.peer_url(template=True)}", f"-Dusers={self.folder}/users.csv",
                             "-cp", self._classpath("p1-bare"), "bench.common.Schema"], self.folder,
                            self.folder / "output.txt")
        if ended.code != 0:
            raise WrongResult(f"The peers' users cannot be loaded:\n{ended.output[-3000:]}")

    def run(self, peer, database, load, quiet):
        program, sync = peer.split("-")
        program, threads = (program.split("x") + ["1"])[:2]
        module, main = self.MODULES[program]
        self._clear()
        database.renew_peers()
        process.read_all(load.folder)
        url = database.peer_url()
        if database.name == "pg" and program in ("p1", "p4"):
            url += "&reWriteBatchedInserts=true"
        ended, result = measured(
            [self.java, f"-Xmx{self.heap}", "-cp", self._classpath(module), f"-Durl={url}", f"-Dmanifest={load.manifest()}",
             f"-Dcontent={self.folder}/store", f"-Dreport={self.folder}/report.json", f"-Dthreads={threads}",
             f"-Dsync={sync}", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", main], self.folder, database, quiet)
        if ended.code != 0:
            raise WrongResult(f"{peer} ended with {ended.code}:\n{ended.output[-3000:]}")
        self._check(load, database.ask_peers(PEER_COUNTS))
        self._clear()
        database.clear_peers()
        return result

    def _classpath(self, module):
        return f"{self.build}/{module}/target/classes:{self.build}/{module}/target/lib/*"

    def _clear(self):
        shutil.rmtree(self.folder / "store", ignore_errors=True)
        (self.folder / "report.json").unlink(missing_ok=True)

    def _check(self, load, left):
        expect("results", left["results"], load.items)
        expect("results for unknown users", left["unknown"], load.unknown)
        expect("documents", left["documents"], load.items - load.unknown)
        report = json.loads((self.folder / "report.json").read_text())["items"]
        expect("items of the report", len(report), load.items)
        expect("unknown users in the report", sum(item["code"] == "NOT_FOUND" for item in report), load.unknown)
        stored = {item["sha256"] for item in report if item["sha256"]}
        expect("stored files", sum(len(files) for _, _, files in os.walk(self.folder / "store")), len(stored))
