export const TEMPLATES = ['default', 'gpu', 'tpu'] as const;
export type TemplateName = (typeof TEMPLATES)[number];

interface TemplateCell {
  readonly id: string;
  readonly kind: 'code' | 'markdown';
  readonly source: string;
}

/** The text of a new notebook in format 4.5, as Jupyter writes it. Its cells run anywhere, and say what they do not find. */
export function notebookTemplate(template: TemplateName, name: string): string {
  const { accelerator, cells } = CONTENTS[template];
  const title = name.replace(/\.ipynb$/i, '');
  const notebook = {
    cells: [{ id: 'title', kind: 'markdown' as const, source: `# ${title}` }, ...cells].map(cellOf),
    metadata: {
      ...(accelerator === null ? {} : { accelerator }),
      colab: { name, provenance: [] },
      kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' },
      language_info: { name: 'python' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

function cellOf({ id, kind, source }: TemplateCell): object {
  const lines = source.split(/(?<=\n)/);
  return kind === 'markdown'
    ? { cell_type: kind, id, metadata: {}, source: lines }
    : { cell_type: kind, execution_count: null, id, metadata: {}, outputs: [], source: lines };
}

const PYTHON = `\
import os
import platform
import shutil

print("Python", platform.python_version(), "on", platform.platform())
print("processors:", os.cpu_count())
print(f"free disk: {shutil.disk_usage('.').free / 2**30:.1f} GiB")`;

const NVIDIA = `\
import shutil
import subprocess

if shutil.which("nvidia-smi"):
    answer = subprocess.run(["nvidia-smi"], capture_output=True, text=True)
    print(answer.stdout or answer.stderr)
else:
    print("nvidia-smi is not here: no NVIDIA GPU on this machine, or no driver for it")`;

const TORCH = `\
try:
    import torch
except (ImportError, OSError) as problem:
    torch = None
    print("torch cannot be used here:", problem)
else:
    print("torch", torch.__version__)
    for number in range(torch.cuda.device_count()):
        gpu = torch.cuda.get_device_properties(number)
        print(f"GPU {number}: {gpu.name}, {gpu.total_memory / 2**30:.1f} GiB")
    if not torch.cuda.is_available():
        print("torch sees no GPU")`;

const MULTIPLY = `\
import time

if torch is None:
    print("nothing to measure without torch")
else:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    size = 4096 if device == "cuda" else 512
    matrix = torch.rand(size, size, device=device)
    (matrix @ matrix).sum().item()  # the first time something is loaded
    started = time.perf_counter()
    (matrix @ matrix).sum().item()
    print(f"two {size} x {size} matrices multiplied on {device} in {1000 * (time.perf_counter() - started):.1f} ms")`;

const TPU_NAME = `\
import glob
import os

print("TPU_NAME:", os.environ.get("TPU_NAME", "not set"))
print("TPU devices:", ", ".join(sorted(glob.glob("/dev/accel*") + glob.glob("/dev/vfio/[0-9]*"))) or "none")`;

const JAX = `\
try:
    import jax

    devices = jax.devices()
except (ImportError, OSError, RuntimeError) as problem:
    jax = None
    print("jax cannot be used here:", problem)
else:
    print("jax", jax.__version__, "with", len(devices), "devices")
    for device in devices:
        print(f"{device.id}: {device.platform}, {device.device_kind}")
    if all(device.platform != "tpu" for device in devices):
        print("jax sees no TPU")`;

const JAX_SUM = `\
if jax is None:
    print("nothing to compute without jax")
else:
    import jax.numpy as jnp

    matrix = jnp.ones((512, 512))
    print("sum of the product of two matrices of ones:", float((matrix @ matrix).sum()))`;

const CONTENTS: Readonly<
  Record<TemplateName, { readonly accelerator: 'GPU' | 'TPU' | null; readonly cells: readonly TemplateCell[] }>
> = {
  default: { accelerator: null, cells: [{ id: 'python', kind: 'code', source: PYTHON }] },
  gpu: {
    accelerator: 'GPU',
    cells: [
      { id: 'nvidia-smi', kind: 'code', source: NVIDIA },
      { id: 'torch', kind: 'code', source: TORCH },
      { id: 'multiply', kind: 'code', source: MULTIPLY },
    ],
  },
  tpu: {
    accelerator: 'TPU',
    cells: [
      { id: 'tpu-name', kind: 'code', source: TPU_NAME },
      { id: 'jax', kind: 'code', source: JAX },
      { id: 'sum', kind: 'code', source: JAX_SUM },
    ],
  },
};
