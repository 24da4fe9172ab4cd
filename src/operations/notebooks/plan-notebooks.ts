import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { NotebookFormat, PlannedRun } from '../../core/notebook-batch.ts';
import type { NotebookRunRequest, NotebookSource } from '../../core/notebook-run.ts';
import { gridPoints, gridSuffix } from '../../notebook/grid.ts';

export interface BatchPlan {
  readonly sources: readonly NotebookSource[];
  /** `lr=0.1,0.01`, one for each option. */
  readonly grid: readonly string[];
  /** Whole local path; null for beside each notebook. */
  readonly outputDir: string | null;
  /** Results go into the notebooks themselves. */
  readonly inPlace: boolean;
  /** Folder in which names are looked for, and where what comes from Drive goes. */
  readonly work: string;
  /** What all runs have in common; the grid's values join its parameters. */
  readonly common: Omit<NotebookRunRequest, 'source' | 'output'>;
  readonly exports: readonly NotebookFormat[];
}

/** Every notebook with every point of the grid. Throws `usage` for a grid that means nothing, and where two would write one file. */
export function planRuns({
  sources,
  grid,
  outputDir,
  inPlace,
  work,
  common,
  exports,
}: BatchPlan): readonly PlannedRun[] {
  const points = gridPoints(grid);
  const runs = sources.flatMap(source => {
    const stem = stemOf(source);
    const folder = outputDir ?? (source.kind === 'file' ? dirname(resolve(work, source.path)) : work);
    return points.map(({ parameters, words }): PlannedRun => {
      const file = [stem, ...(words.length === 0 ? [] : [gridSuffix(words)]), 'out', 'ipynb'].join('.');
      const together = new Map([...common.parameters, ...parameters]);
      const output = inPlace && source.kind === 'file' ? source.path : join(folder, file);
      return {
        name: [stem, ...words].join(' '),
        request: { ...common, parameters: together, source, output },
        exports,
      };
    });
  });
  refuseSharedOutputs(runs);
  return runs;
}

function stemOf(source: NotebookSource): string {
  return basename(source.kind === 'file' ? source.path : source.name).replace(/\.ipynb$/i, '');
}

function refuseSharedOutputs(runs: readonly PlannedRun[]): void {
  const seen = new Map<string, PlannedRun>();
  for (const run of runs) {
    const { output } = run.request;
    const other = seen.get(output);
    if (other !== undefined)
      throw new Failure('usage', `\`${other.name}\` and \`${run.name}\` would both write \`${output}\``, {
        hints: ['run them one after the other, each with its own `--output-dir`'],
      });
    seen.set(output, run);
  }
}
