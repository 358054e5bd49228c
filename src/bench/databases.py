"""The databases: H2, embedded in the process that is measured, and a private PostgreSQL with default settings.

Both have databases by name: Nightdrop's, and the peers'. A query gives one column of texts like 'name=1.5'.
"""
import glob
import os
import pathlib
import re
import shutil
import socket
import subprocess

import process

NIGHTDROP, PEERS = "nightdrop", "peers"


def figures(text):
    return {name: float(value) for name, value in re.findall(r"^\s*([\w-]+)=([\d.]+)\s*$", text, re.MULTILINE)}


def checked(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout[-3000:]}")
    return done.stdout


class H2:
    """Nightdrop's lies under its home, so it comes and goes with that; the peers' is a file of its own."""

    name = "h2"
    label = "H2"

    def __init__(self, folder, java, jar):
        self.folder, self.java, self.jar = folder, java, jar
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def start(self):
        pass

    def stop(self):
        pass

    def cpu(self):
        return 0.0

    def nightdrop_arguments(self):
        return []

    def keep_nightdrop(self):
        pass

    def renew_nightdrop(self):
        pass

    def remove_nightdrop(self):
        pass

    def ask_nightdrop(self, home, sql):
        return self._ask(f"jdbc:h2:file:{home}/db/nightdrop;IFEXISTS=TRUE", "nightdrop", sql)

    def peer_url(self, template=False):
        return f"jdbc:h2:file:{self.folder}/{'template' if template else PEERS}"

    def renew_peers(self):
        shutil.copy(self.folder / "template.mv.db", self.folder / f"{PEERS}.mv.db")

    def clear_peers(self):
        for file in self.folder.glob(f"{PEERS}.*"):
            file.unlink()

    def ask_peers(self, sql):
        return self._ask(self.peer_url(), "", sql)

    def _ask(self, url, user, sql):
        return figures(checked([self.java, "-cp", str(self.jar), "org.h2.tools.Shell", "-url", url, "-user", user,
                                "-password", "", "-sql", sql]))


class Postgres:
    """A server of our own, for Nightdrop and the peers alike. As root it runs under another account."""

    name = "pg"

    def __init__(self, folder, bin_folder, account):
        self.folder, self.bin = folder, find_bin(bin_folder)
        self.account = {"user": account, "group": account, "extra_groups": []} if os.getuid() == 0 else {}
        version = checked([self.bin / "postgres", "--version"]).split()[2]
        self.label = f"PostgreSQL {version}"

    def start(self):
        self.stop()  # of a benchmark that was killed
        self.folder.mkdir(parents=True)
        if self.account:
            shutil.chown(self.folder, self.account["user"], self.account["group"])
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._control("initdb", "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C")
        self._control("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o",
                      f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''", "start")
        self._sql("create database " + PEERS)
        self._sql("create database " + NIGHTDROP)

    def stop(self):
        if (self.folder / "data/postmaster.pid").exists():
            self._control("pg_ctl", "-w", "-m", "fast", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _control(self, program, *arguments, check=True):
        # to a file: the server keeps what it inherits open
        with open(self.folder / "control.log", "a+") as log:
            done = subprocess.run([self.bin / program, "-D", self.folder / "data", *arguments], cwd=self.folder,
                                  stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self.account)
        if check and done.returncode:
            raise RuntimeError(f"{program} failed: {(self.folder / 'control.log').read_text()[-3000:]}")

    def cpu(self):
        return process.family_cpu((self.folder / "data/postmaster.pid").read_text().split()[0])

    def nightdrop_arguments(self):
        return ["--spring.profiles.active=postgres", "--spring.datasource.username=bench",
                f"--spring.datasource.url=jdbc:postgresql://127.0.0.1:{self.port}/{NIGHTDROP}"]

    def keep_nightdrop(self):
        """What it holds now is what every run begins with."""
        self._vacuum(NIGHTDROP)
        self._sql(f"alter database {NIGHTDROP} rename to template_{NIGHTDROP}")

    def renew_nightdrop(self):
        self.remove_nightdrop()
        self._sql(f"create database {NIGHTDROP} template template_{NIGHTDROP}")
        self._sql("checkpoint")

    def remove_nightdrop(self):
        self._sql(f"drop database if exists {NIGHTDROP}")

    def ask_nightdrop(self, home, sql):
        return figures(self._sql(sql, NIGHTDROP))

    def peer_url(self, template=False):
        return f"jdbc:postgresql://127.0.0.1:{self.port}/{PEERS}?user=bench"

    def renew_peers(self):
        self._vacuum(PEERS)
        self._sql("checkpoint")

    def clear_peers(self):
        batch = self._sql("select string_agg(relname, ',') from pg_class where relname like 'batch\\_%' and relkind = 'r'",
                          PEERS).strip()
        self._sql("truncate document, item_result" + ("," + batch if batch else ""), PEERS)

    def ask_peers(self, sql):
        return figures(self._sql(sql, PEERS))

    def _sql(self, sql, database="postgres"):
        return checked([self.bin / "psql", *self._server(), "-d", database, "-qAt", "-v", "ON_ERROR_STOP=1", "-c", sql])

    def _vacuum(self, database):
        checked([self.bin / "vacuumdb", *self._server(), "-qz", database])

    def _server(self):
        return ["-h", "127.0.0.1", "-p", str(self.port), "-U", "bench"]


def find_bin(given):
    """The folder of initdb, pg_ctl and psql: the given one, that of pg_ctl on the PATH, or the newest that Debian has."""
    if given:
        return pathlib.Path(given)
    on_path = shutil.which("pg_ctl")
    if on_path:
        return pathlib.Path(on_path).resolve().parent
    installed = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda folder: int(folder.split("/")[4]))
    if not installed:
        raise SystemExit("No PostgreSQL found: install one, say where with --pg-bin, or run with --db h2")
    return pathlib.Path(installed[-1])
