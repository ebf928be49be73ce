/** What the Data view asks the server for. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { JobState, Stage } from '../../../src/server/jobs.ts';
import { api, newKey, ok } from '../api.ts';
import { follow } from '../follow.ts';

const SETS = ['datasets'] as const;

/** The data sets of a project, the latest first. */
export const useSets = (project: string) =>
  useQuery({
    queryKey: SETS,
    queryFn: () => ok(api.datasets.$get()),
    select: (sets) => sets.filter((set) => set.project === project).toReversed(),
  });

/** One data set, of whatever project. */
export const useSet = (id: string) =>
  useQuery({ queryKey: [...SETS, id], queryFn: () => ok(api.datasets[':dataset'].$get({ param: { dataset: id } })) });

/** A data set as the server tells of it. */
export type SetShown = NonNullable<ReturnType<typeof useSet>['data']>;

/** Which findings are asked for. */
export interface Filter {
  readonly code?: string | undefined;
  readonly severity?: 'error' | 'warning' | 'note' | undefined;
  readonly decision?: 'accepted' | 'refused' | 'open' | undefined;
  readonly from: number;
}

/** Findings on one page. */
export const PAGE = 100;

/** A page of the doctor's findings. */
export const useFindings = (id: string, { code, severity, decision, from }: Filter, enabled: boolean) =>
  useQuery({
    queryKey: [...SETS, id, 'findings', code ?? '', severity ?? '', decision ?? '', from],
    queryFn: () => {
      const query = {
        ...(code && { code }),
        ...(severity && { severity }),
        ...(decision && { decision }),
        from: `${from}`,
        count: `${PAGE}`,
      };
      return ok(api.datasets[':dataset'].findings.$get({ param: { dataset: id }, query }));
    },
    placeholderData: (before) => before,
    enabled,
  });

/** What was counted of a data set. */
export const useStatistics = (id: string) =>
  useQuery({
    queryKey: [...SETS, id, 'statistics'],
    queryFn: () => ok(api.datasets[':dataset'].statistics.$get({ param: { dataset: id } })),
  });

/** Gates that were tried in a project, the latest first. */
export const useCalibrations = (project: string) =>
  useQuery({
    queryKey: ['calibrations'],
    queryFn: () => ok(api.calibrations.$get()),
    select: (all) => all.filter((one) => one.project === project),
  });

/** A gate at a threshold. */
export const useTried = (id: string | undefined, threshold: number, allowed: number) =>
  useQuery({
    queryKey: ['calibrations', id, threshold, allowed],
    queryFn: () =>
      ok(
        api.calibrations[':calibration'].$get({ param: { calibration: id! }, query: { threshold: `${threshold}`, allowed: `${allowed}` } }),
      ),
    placeholderData: (before) => before,
    enabled: id !== undefined,
  });

/** Forgets what was fetched of data sets. */
export function useFreshSets() {
  const client = useQueryClient();
  return (id?: string) => client.invalidateQueries({ queryKey: id === undefined ? SETS : [...SETS, id] });
}

/** Decides findings. */
export const decide = (id: string, findings: readonly string[], decision: 'accepted' | 'refused' | 'open') =>
  ok(api.datasets[':dataset'].decisions.$post({ header: newKey(), param: { dataset: id }, json: { findings: [...findings], decision } }));

/** What is told of a job that this page has begun. */
export interface Going {
  readonly stage: Stage;
}

/** Begins jobs one at a time, and tells how far the one is that goes on. */
export function useJob() {
  const [going, setGoing] = useState<Going>();
  const [error, setError] = useState<unknown>();
  /** Resolves to what the job gave; undefined where it went wrong, which `error` says. */
  const run = async (begin: () => Promise<JobState>): Promise<unknown> => {
    setError(undefined);
    setGoing({ stage: { stage: 'waiting' } });
    try {
      const { id } = await begin();
      return await follow(`/tasks/${id}`, { signal: new AbortController().signal, onStage: (stage) => setGoing({ stage }) });
    } catch (caught) {
      setError(caught);
      return undefined;
    } finally {
      setGoing(undefined);
    }
  };
  return { going, error, run };
}

/** Stages in words. */
export const STAGES: Readonly<Partial<Record<Stage['stage'], string>>> = {
  waiting: 'Waiting for its turn',
  reading: 'Reading the file',
  examining: 'The doctor looks at it',
  counting: 'Counting',
  opening: 'Opening the model',
  comparing: 'Comparing texts',
};

/** 1,234 bytes in words. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** What a data set is, in words. */
export const KINDS = {
  ecem: 'ECEM statements',
  meld: 'MELD table',
  ecf: 'ECF dialogues',
  set: 'Data set',
  pairs: 'Pairs of texts',
} as const;
