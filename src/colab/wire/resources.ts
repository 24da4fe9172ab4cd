import * as z from 'zod/mini';
import type { GpuReading, Readings } from '../../core/execution.ts';
import { LooseNumber, LooseText, looseList } from './body.ts';

const Memory = z.nullish(z.looseObject({ totalBytes: LooseNumber, freeBytes: LooseNumber }));
/** What machines said before: `ram` with a limit. */
const Ram = z.nullish(z.looseObject({ limit: LooseNumber, used: LooseNumber }));
const Disk = z.looseObject({
  filesystem: z.nullish(z.looseObject({ label: LooseText, totalBytes: LooseNumber, usedBytes: LooseNumber })),
});
const Gpu = z.looseObject({
  name: LooseText,
  memoryUsedBytes: LooseNumber,
  memoryTotalBytes: LooseNumber,
  gpuUtilization: LooseNumber,
  memoryUtilization: LooseNumber,
});

/** `/api/colab/resources` of a machine. Numbers that are missing are zeros; a total of zero tells nothing. */
export const ResourcesAnswer = z.pipe(
  z.looseObject({
    memory: z.catch(Memory, null),
    ram: z.catch(Ram, null),
    disks: looseList(Disk),
    gpus: looseList(Gpu),
  }),
  z.transform(
    ({ memory, ram, disks, gpus }): Readings => ({
      gpus: gpus.map(gpuOf),
      memory: memory
        ? amounts(memory.totalBytes, (memory.totalBytes ?? 0) - (memory.freeBytes ?? 0))
        : amounts(ram?.limit ?? null, ram?.used ?? 0),
      disk: diskOf(disks),
      cpus: null,
      load: null,
      uptime: null,
      python: null,
      folder: null,
    }),
  ),
);

function gpuOf(gpu: z.output<typeof Gpu>): GpuReading {
  return {
    name: gpu.name ?? 'GPU',
    memory: amounts(gpu.memoryTotalBytes, gpu.memoryUsedBytes ?? 0),
    utilization: { gpu: gpu.gpuUtilization ?? 0, memory: gpu.memoryUtilization ?? 0 },
    temperature: null,
  };
}

/** The largest one: the small ones are of the system. */
function diskOf(disks: readonly z.output<typeof Disk>[]): Readings['disk'] {
  const found = disks
    .flatMap(({ filesystem }) => filesystem ?? [])
    .sort((a, b) => (b.totalBytes ?? 0) - (a.totalBytes ?? 0))[0];
  const sizes = found ? amounts(found.totalBytes, found.usedBytes ?? 0) : null;
  return sizes && { ...sizes, path: found?.label ?? '/' };
}

function amounts(total: number | null, used: number): { total: number; used: number; free: number } | null {
  return total === null || total <= 0 ? null : { total, used, free: total - used };
}
