/** Studies: what the server says, and ratings through the outbox. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Turn } from '../../../src/server/blind.ts';
import { api, ok } from '../api.ts';
import { useOutbox } from '../outbox/browser.ts';
import type { Given } from './sheet.ts';

/** Milliseconds between two looks at what others have rated. */
const LOOK = 5000;
const of = (study: string, ...more: readonly string[]) => ['study', study, ...more];

/** All studies that one may rate. */
export const useStudies = () => useQuery({ queryKey: ['studies'], queryFn: () => ok(api.studies.$get()) });

/** The next sheet: the same until it is rated. */
export const useTurn = (study: string) =>
  useQuery({ queryKey: of(study, 'next'), queryFn: () => ok(api.studies[':study'].next.$get({ param: { study } })) as Promise<Turn> });

/** Agreement and means, for owners, as ratings come. */
export const useSummary = (study: string) =>
  useQuery({
    queryKey: of(study, 'summary'),
    queryFn: () => ok(api.studies[':study'].summary.$get({ param: { study } })),
    refetchInterval: LOOK,
  });

/** What a sheet's ratings are about, for the outbox. */
export const slotOf = (study: string, item: string): string => JSON.stringify(['rate', study, item]);

/** Sends a whole sheet; whether the server has it, once it has answered. */
export function useRating(study: string): (item: string, ratings: Given) => Promise<boolean> {
  const box = useOutbox();
  return async (item, ratings) => {
    const id = await box.add({
      slot: slotOf(study, item),
      label: `Ratings of ${item}`,
      method: 'PUT',
      path: `/studies/${encodeURIComponent(study)}/items/${encodeURIComponent(item)}`,
      body: { ratings },
    });
    return box.answered(id).then(
      () => true,
      () => false,
    );
  };
}

/** Looks at a study again whenever something was sent. */
export function useFresh(study: string): void {
  const box = useOutbox();
  const client = useQueryClient();
  useEffect(() => {
    const end = box.onSent(() => {
      void client.invalidateQueries({ queryKey: of(study) });
      void client.invalidateQueries({ queryKey: ['studies'] });
    });
    return () => {
      end();
    };
  }, [box, client, study]);
}
