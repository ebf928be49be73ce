/** Reports about data sets: files beside them, made again where they are lost. Nothing in them that the data set has not. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTextFile } from '../base/atomic.ts';
import { FameError } from '../base/errors.ts';
import type { DoctorReport, StatisticsReport } from './set-work.ts';

export interface ReportOf {
  doctor: DoctorReport;
  statistics: StatisticsReport;
}

/** The reports of all data sets. */
export interface Reports {
  /** Throws SET_REPORT where there is none yet. */
  read<K extends keyof ReportOf>(kind: K, dataset: string): Promise<ReportOf[K]>;
  write<K extends keyof ReportOf>(kind: K, dataset: string, report: ReportOf[K]): Promise<void>;
  /** Removes all of a data set. */
  remove(dataset: string): Promise<void>;
}

const KINDS = ['doctor', 'statistics'] as const satisfies readonly (keyof ReportOf)[];
const KEPT = 8; // in memory: somebody who goes through findings asks for many pages of one report

/** What makes each report. */
const MAKERS: Readonly<Record<keyof ReportOf, string>> = { doctor: 'let the doctor look at it', statistics: 'have it counted' };

/** Reports in a folder, which is made where it is absent. The ids are the server's own. */
export async function openReports(folder: string): Promise<Reports> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const memory = new Map<string, unknown>();
  const fileOf = (kind: keyof ReportOf, dataset: string) => join(folder, `${dataset}.${kind}.json`);
  const remember = (file: string, report: unknown): void => {
    memory.delete(file); // behind all others again
    memory.set(file, report);
    if (memory.size > KEPT) memory.delete(memory.keys().next().value!);
  };
  return {
    async read(kind, dataset) {
      const file = fileOf(kind, dataset);
      const known = memory.get(file);
      const found = known ?? (await readFile(file, 'utf8').then(JSON.parse, () => undefined));
      if (found === undefined)
        throw new FameError('SET_REPORT', 'There is no such report of the data set yet', { at: dataset, got: kind, fix: MAKERS[kind] });
      remember(file, found);
      return found as never; // we wrote it, by its kind
    },
    async write(kind, dataset, report) {
      const file = fileOf(kind, dataset);
      await writeTextFile(file, JSON.stringify(report));
      remember(file, report);
    },
    async remove(dataset) {
      const files = KINDS.map((kind) => fileOf(kind, dataset));
      for (const file of files) memory.delete(file);
      await Promise.all(files.map((file) => rm(file, { force: true })));
    },
  };
}
