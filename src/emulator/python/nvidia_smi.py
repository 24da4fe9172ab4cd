"""Answers as `nvidia-smi` does, for a GPU that is not there. What it says is read from the machine's gpu.json."""
import json
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))

UNITS = {"memory": " MiB", "utilization": " %", "power": " W", "clocks": " MHz"}


def facts():
    with open(os.path.join(HERE, "gpu.json"), encoding="utf-8") as file:
        gpu = json.load(file)
    return {
        "index": "0",
        "name": gpu["name"],
        "gpu_name": gpu["name"],
        "count": "1",
        "uuid": "GPU-" + gpu["uuid"],
        "gpu_uuid": "GPU-" + gpu["uuid"],
        "driver_version": "550.54.15",
        "pci.bus_id": "00000000:00:04.0",
        "memory.total": str(gpu["total"]),
        "memory.used": str(gpu["used"]),
        "memory.free": str(gpu["total"] - gpu["used"]),
        "memory.reserved": "0",
        "utilization.gpu": str(gpu["busy"]),
        "utilization.memory": str(gpu["memory_busy"]),
        "temperature.gpu": "44",
        "power.draw": "11.50",
        "power.limit": "%d.00" % gpu["watts"],
        "fan.speed": "[N/A]",
        "pstate": "P8",
        "compute_mode": "Default",
        "timestamp": time.strftime("%Y/%m/%d %H:%M:%S.000"),
    }


def query(fields, options):
    known = facts()
    names = [name.strip() for name in fields.split(",")]
    for name in names:
        if name not in known:
            print('Field "%s" is not a valid field to query.' % name)
            return 2
    bare = "nounits" in options

    def unit(name):
        return "" if bare or known[name].startswith("[") else UNITS.get(name.split(".")[0], "")

    if "noheader" not in options:
        heads = {" MiB": " [MiB]", " %": " [%]", " W": " [W]", " MHz": " [MHz]"}
        print(", ".join(name + heads.get(unit(name) or UNITS.get(name.split(".")[0], ""), "") for name in names))
    print(", ".join(known[name] + unit(name) for name in names))
    return 0


WIDTHS = (41, 24, 22)


def row(*cells):
    print("|" + "|".join((" " + cell).ljust(width)[:width] for cell, width in zip(cells, WIDTHS)) + "|")


def wide(text):
    print("|" + (" " + text).ljust(sum(WIDTHS) + 2) + "|")


def rule(line="-", corner="+"):
    print(corner + corner.join(line * width for width in WIDTHS) + corner)


def table():
    gpu = facts()
    bar = "+" + "-" * (sum(WIDTHS) + 2) + "+"
    memory = "%6sMiB / %6sMiB" % (gpu["memory.used"], gpu["memory.total"])
    power = "%dW / %4dW" % (float(gpu["power.draw"]), float(gpu["power.limit"]))
    print(time.strftime("%a %b %d %H:%M:%S %Y"))
    print(bar)
    wide("NVIDIA-SMI 550.54.15".ljust(31) + "Driver Version: 550.54.15".ljust(34) + "CUDA Version: 12.4")
    rule()
    row("GPU  Name                 Persistence-M", "Bus-Id          Disp.A", "Volatile Uncorr. ECC")
    row("Fan  Temp   Perf          Pwr:Usage/Cap", "          Memory-Usage", "GPU-Util  Compute M.")
    rule("=", "|")
    row("  0  %-27.27s    Off" % gpu["name"], ("%s Off" % gpu["pci.bus_id"]).rjust(22), "                   0")
    row("N/A   %sC    P8 %23s" % (gpu["temperature.gpu"], power), memory.rjust(22), "%6s%%      Default " % gpu["utilization.gpu"])
    rule()
    print()
    print(bar)
    wide("Processes:")
    wide(" No running processes found")
    print(bar)


def main(words):
    options = {}
    for word in words:
        name, _, value = word.partition("=")
        options[name] = value
    if "--query-gpu" in options:
        return query(options["--query-gpu"], options.get("--format", "csv").split(","))
    if "-L" in options or "--list-gpus" in options:
        gpu = facts()
        print("GPU 0: %s (UUID: %s)" % (gpu["name"], gpu["uuid"]))
        return 0
    if words and any(not known.startswith(("-q", "-i", "--id", "-l", "--loop")) for known in options):
        print("Invalid combination of input arguments. Please run 'nvidia-smi -h' for help.")
        return 6
    table()
    return 0


sys.exit(main(sys.argv[1:]))
