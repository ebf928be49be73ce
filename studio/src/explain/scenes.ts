import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Emotion } from '../../../src/base/emotion.ts';
import type { FacesReport } from '../../../src/faces/report.ts';
import type { Peaks } from '../../../src/server/insight.ts';
import type { Stage } from '../../../src/server/jobs.ts';
import { api, newKey, ok } from '../api.ts';
import { follow } from '../follow.ts';

/** A film that is there as a whole. */
export interface Film {
  readonly file: string;
  readonly project: string;
  readonly name: string;
  readonly duration: number;
  readonly picture: boolean;
  readonly sound: boolean;
}

export interface Turn {
  readonly number: number;
  readonly speaker?: string | undefined;
  readonly text: string;
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly emotion?: Emotion | undefined;
}

/** The films of a project. */
export const useFilms = (project: string) =>
  useQuery({
    queryKey: ['files', project],
    queryFn: async (): Promise<readonly Film[]> => {
      const all = await ok(api.files.$get());
      return all.flatMap(({ received, ...file }) => (received === undefined || file.project !== project ? [] : [{ ...file, ...received }]));
    },
  });

/** The dialogues of a project, without their words. */
export const useDialogues = (project: string) =>
  useQuery({
    queryKey: ['dialogues', project],
    queryFn: async () => (await ok(api.dialogues.$get())).filter((one) => one.project === project),
  });

/** A dialogue with its words. */
export const useTurns = (dialogue: string | undefined) =>
  useQuery({
    queryKey: ['dialogue', dialogue],
    enabled: dialogue !== undefined,
    staleTime: Number.POSITIVE_INFINITY, // a dialogue never changes: another one is added instead
    queryFn: async (): Promise<readonly Turn[]> =>
      (await ok(api.dialogues[':dialogue'].$get({ param: { dialogue: dialogue! } }))).utterances,
  });

/** Fetches what is in a project again. */
export function useRefreshScenes() {
  const client = useQueryClient();
  return () => Promise.all(['files', 'dialogues'].map((key) => client.invalidateQueries({ queryKey: [key] })));
}

/** The outline of a film's sound. */
export const usePeaks = (film: Film | undefined) =>
  useQuery({
    queryKey: ['peaks', film?.file],
    enabled: film?.sound === true,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: (): Promise<Peaks> => ok(api.files[':file'].peaks.$get({ param: { file: film!.file } })) as Promise<Peaks>,
  });

/** Films up to this many seconds are searched for faces without being asked. */
export const SHORT = 60;

/** The faces of a film, with how far the search is. */
export const useFaces = (
  film: Film | undefined,
  dialogue: string | undefined,
  wanted: boolean,
  onStage: (stage: Stage | undefined) => void,
) =>
  useQuery({
    queryKey: ['faces', film?.file, dialogue],
    enabled: wanted && film?.picture === true,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<FacesReport> => {
      const { id } = await ok(
        api.faces.$post({ header: newKey(), json: { file: film!.file, ...(dialogue === undefined ? {} : { dialogue }) } }),
      );
      try {
        return (await follow(`/faces/${id}`, { signal, onStage })) as FacesReport;
      } finally {
        onStage(undefined);
        if (signal.aborted) await ok(api.faces[':job'].$delete({ header: newKey(), param: { job: id } })).catch(() => {});
      }
    },
  });
