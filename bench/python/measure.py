"""Shared by the Python programs of the bench: the clock of processor time and the line they answer with."""

import json
import os
import resource
import sys
import time

# One thread, as every other row has; read when NumPy and PyTorch are loaded, so this module is imported first.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"


def cpu_seconds():
    use = resource.getrusage(resource.RUSAGE_SELF)
    return use.ru_utime + use.ru_stime


def argument(index, otherwise):
    return int(sys.argv[index]) if len(sys.argv) > index else otherwise


def median(sample):
    ordered = sorted(sample)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def measure(workload, row, repetitions, units, job, check):
    """Runs the job again and again, each time with a seed of its own; the first run is the cold one."""
    cpu, wall = [], []
    for seed in range(1, repetitions + 1):
        began, used = time.perf_counter(), cpu_seconds()
        job(seed)
        cpu.append(cpu_seconds() - used)
        wall.append(time.perf_counter() - began)
    first = 1 if repetitions > 1 else 0
    said = dict(w=workload, v=row, cpu=median(cpu[first:]), wall=median(wall[first:]), cold_cpu=cpu[0], cold_wall=wall[0])
    print("PERF " + json.dumps(dict(said, units=units, check=check())), flush=True)


def torch_on_one_thread():
    import torch

    torch.set_num_threads(1)
    return torch
