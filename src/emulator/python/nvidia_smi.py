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


def table():
    gpu = facts()
    line = "+" + "-" * 41 + "+" + "-" * 24 + "+" + "-" * 22 + "+"
    used = "%sMiB / %sMiB" % (gpu["memory.used"].rjust(7), gpu["memory.total"].rjust(7))
    power = "%dW / %dW" % (float(gpu["power.draw"]), float(gpu["power.limit"]))
    busy = gpu["utilization.gpu"] + "%"
    print(time.strftime("%a %b %d %H:%M:%S %Y"))
    print("+" + "-" * 89 + "+")
    print("| NVIDIA-SMI 550.54.15 %s Driver Version: 550.54.15 %s CUDA Version: 12.4     |" % (" " * 12, " " * 5))
    print("|" + line[1:-1].replace("+", "+") + "|")
    print("| GPU  Name %s Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |" % (" " * 15))
    print("| Fan  Temp   Perf %s Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |" % (" " * 9))
    print("|" + "=" * 41 + "+" + "=" * 24 + "+" + "=" * 22 + "|")
    print("|   0  %-23s        Off |   %s Off |                    0 |" % (gpu["name"][:23], gpu["pci.bus_id"]))
    print("| N/A   %sC    P8 %s |  %s |  %s      Default |" % (gpu["temperature.gpu"], power.rjust(22), used, busy.rjust(5)))
    print(line)
    print()
    print("+" + "-" * 89 + "+")
    print("| Processes:" + " " * 78 + "|")
    print("|  No running processes found" + " " * 61 + "|")
    print("+" + "-" * 89 + "+")


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
