import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { NumberedFaces } from '../../../src/server/glimpse.ts';
import type { Peaks } from '../../../src/server/insight.ts';
import { api, newKey, ok } from '../api.ts';
import { type Player, useTime } from '../film/player.ts';
import { facesAt } from './faces-at.ts';

const at = api.campaigns[':campaign'].items[':item'];

/** The outline of an item's sound; undefined where it has none, or none was asked for. */
export function usePeaks(campaign: string, item: string, on: boolean): Peaks | undefined {
  const { data } = useQuery({
    queryKey: ['peaks', campaign, item],
    queryFn: () => ok(at.peaks.$get({ param: { campaign, item } })) as Promise<Peaks>,
    enabled: on,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}

/** The numbers of faces in an item's film, and how to have them looked for. */
export function useFaces(
  campaign: string,
  item: string,
  on: boolean,
): { readonly found: NumberedFaces | undefined; readonly look: () => Promise<void> } {
  const key = ['faces', campaign, item];
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: key,
    queryFn: () => ok(at.faces.$get({ param: { campaign, item } })) as Promise<NumberedFaces>,
    enabled: on,
    refetchInterval: ({ state }) => (state.data?.state === 'looking' ? 2000 : false),
  });
  return {
    found: data,
    async look() {
      client.setQueryData(key, await ok(at.faces.$post({ param: { campaign, item }, header: newKey() })));
    },
  };
}

/** Faces on the picture, each under its number: pressed, it becomes evidence. */
export function FaceBoxes({
  player,
  of,
  onFace,
}: {
  readonly player: Player;
  readonly of: NumberedFaces;
  readonly onFace: (face: number) => void;
}) {
  const time = useTime(player);
  return facesAt(of, time).map(({ face, box: [x, y, width, height] }) => (
    <button
      key={face}
      type="button"
      className="film-face"
      style={{ left: `${100 * x}%`, top: `${100 * y}%`, width: `${100 * width}%`, height: `${100 * height}%` }}
      aria-label={`Face ${face} is evidence`}
      title={`Mark face ${face} as evidence`}
      onClick={() => onFace(face)}
    >
      <span>{face}</span>
    </button>
  ));
}
