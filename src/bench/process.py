"""Runs a process to its end and measures it from outside."""
import glob
import os
import pathlib
import subprocess
import time
from typing import NamedTuple

HERTZ = os.sysconf("SC_CLK_TCK")


class Ended(NamedTuple):
    """What a process took. Moments are seconds since 1970, CPU is in seconds."""
    code: int
    began: float
    wall: float
    peak_mib: int
    cpu: float
    output: str


def run(command, folder, log, settings=()):
    """Runs the command in the folder, with more variables of its environment; what it prints goes to the file log. It is
    killed when we are interrupted."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("NIGHTDROP", "SPRING_"))}
    # Spring Batch notes its times without a zone
    environment.update(settings, TZ="UTC", LC_ALL="C.UTF-8")
    peak = 0
    began, start = time.time(), time.monotonic()
    with open(log, "wb") as out:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT)
        try:
            ended = 0
            while not ended:
                peak = max(peak, peak_mib(process.pid))
                time.sleep(0.02)
                ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        except BaseException:
            process.kill()
            process.wait()
            raise
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    output = pathlib.Path(log).read_text(errors="replace")
    return Ended(process.returncode, began, wall, peak, usage.ru_utime + usage.ru_stime, output)


def peak_mib(pid):
    """The most memory it has had so far. Not ru_maxrss, which keeps what our own process had before the start."""
    try:
        return int(pathlib.Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]) // 1024
    except (OSError, IndexError):
        return 0


def family_cpu(parent):
    """CPU seconds so far of a process, its dead children and its living ones."""
    total = 0
    for stat in glob.glob("/proc/[0-9]*/stat"):
        try:
            fields = pathlib.Path(stat).read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if stat.split("/")[2] == str(parent):
            total += sum(int(field) for field in fields[11:15])
        elif fields[1] == str(parent):
            total += int(fields[11]) + int(fields[12])
    return total / HERTZ


def machine_cpu():
    """CPU seconds that the whole machine has used so far."""
    with open("/proc/stat") as stat:
        fields = [int(field) for field in stat.readline().split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / HERTZ


def wait_for_quiet(limit):
    """Waits until the machine has been nearly idle for three seconds, but no longer than limit seconds."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        before = machine_cpu()
        time.sleep(3)
        if machine_cpu() - before < 0.9:
            return


def read_all(folder):
    """Reads every file, so that each run finds its input in the page cache."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.read_bytes()
