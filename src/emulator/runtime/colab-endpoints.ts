import { freemem, totalmem } from 'node:os';
import { type Answer, html, xssi } from '../answer.ts';
import { RELEASE } from '../machine/environment.ts';
import type { Machine } from '../machine/machine.ts';

const GIB = 1024 ** 3;

/** `/api/colab/*` of a machine. */
export function colabEndpoint(machine: Machine, path: string): Answer {
  switch (path) {
    case '/api/colab/resources':
      return xssi(200, resources(machine));
    case '/api/colab/drive':
      return xssi(200, { dfs: [''] });
    case '/api/colab/build-info':
      return xssi(200, { release_tag: RELEASE });
    default:
      return html(404, 'Error 404 (Not Found)', '<p>Not found.</p>');
  }
}

/** What the machine would have, whatever this computer has. Zeros are left out, as proto3 does. */
function resources(machine: Machine): object {
  const totalBytes = Math.round((machine.highMemory ? 54.8 : 13.6) * GIB);
  const usedShare = Math.min(0.95, (totalmem() - freemem()) / totalmem());
  const { accelerator } = machine;
  return {
    memory: {
      totalBytes,
      freeBytes: Math.round(totalBytes * (1 - usedShare)),
      kernels: [...machine.met].map(uuid => ({ uuid, usedBytes: 96 * 1024 * 1024 })),
    },
    disks: [{ filesystem: { label: 'kernel', totalBytes: 115_658_190_848, usedBytes: 41_338_036_224 } }],
    ...(accelerator.variant === 'GPU'
      ? { gpus: [{ name: accelerator.product, memoryTotalBytes: accelerator.memory * 1024 ** 2 }] }
      : {}),
  };
}
