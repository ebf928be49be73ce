import { type ReactNode, useState } from 'react';
import type { Guidelines } from '../../../src/protocol/guidelines.ts';
import type { Item, Region, Writing } from '../../../src/protocol/writing.ts';
import { action, useActions } from '../actions.ts';
import { Film } from '../film/film.tsx';
import { type Player, usePlayer, usePlayerState } from '../film/player.ts';
import { type Span, Timeline } from '../film/timeline.tsx';
import { Transcript, turnsOf } from '../film/transcript.tsx';
import type { SaveState } from '../outbox/autosave.ts';
import { Does, EmotionChip, Panel } from '../ui/index.ts';
import { FaceBoxes, useFaces, usePeaks } from './faces.tsx';
import { likeliestFace } from './faces-at.ts';
import { GuidelinesText } from './guidelines.tsx';
import { BLANK, type Mark } from './marking.ts';
import { WritingForm } from './writing.tsx';

/** The question that an item asks, in words that claim no more than can be seen. */
export function Question({ item }: { readonly item: Item }) {
  const { speaker, emotion, text } = item;
  return (
    <p className="question">
      Why would viewers read <EmotionChip of={emotion} /> in {speaker ?? 'the speaker'} {text === undefined ? 'here' : 'when this is said:'}
      {text !== undefined && <q>{text}</q>}
    </p>
  );
}

interface WatchProps {
  readonly campaign: string;
  readonly item: Item;
  readonly film: string | undefined;
  readonly player: Player;
  readonly writing?: Writing | undefined;
  /** Absent where nothing can be marked. */
  readonly change?: ((mark: Mark) => void) | undefined;
  readonly region?: Region | undefined;
  readonly onRegion?: ((region: Region | undefined) => void) | undefined;
  readonly span?: Span | undefined;
  /** Over the picture. */
  readonly over?: ReactNode;
  /** Below the time. */
  readonly marker?: ReactNode;
}

/** The conversation up to the utterance: film, time and words. */
export function Watch({ campaign, item, film, player, writing = BLANK, change, region, onRegion, span, over, marker }: WatchProps) {
  const { ready } = usePlayerState(player);
  const { evidence } = writing;
  const peaks = usePeaks(campaign, item.id, film !== undefined && item.modalities.includes('sound'));
  const marks = evidence.picture.flatMap(({ region: at }, i) => (at === undefined ? [] : [{ label: `${i + 1}`, region: at }]));
  return (
    <Panel title="The conversation up to this turn" className="watch">
      <div className="stack">
        <Question item={item} />
        {film !== undefined && (
          <Film src={film} player={player} region={region} onRegion={onRegion} marks={marks} over={over}>
            <Timeline
              player={player}
              turns={turnsOf(item)}
              target={item.utterance}
              evidence={evidence}
              modalities={item.modalities}
              span={span}
              peaks={peaks}
              onStretch={
                change &&
                ((kind, { from, to }) => {
                  change({ do: 'stretch', in: kind, from, to, region });
                  onRegion?.(undefined);
                })
              }
            />
            {marker}
          </Film>
        )}
        <Transcript
          of={item}
          player={film !== undefined && ready ? player : undefined}
          marked={new Set(evidence.text.map(({ turn }) => turn))}
          onMark={change && ((turn) => change({ do: 'turn', turn }))}
        />
      </div>
    </Panel>
  );
}

interface MarkState {
  readonly faces: ReturnType<typeof useFaces>;
  readonly player: Player;
  readonly ready: boolean;
  readonly item: Item;
  readonly change: (mark: Mark) => void;
  readonly from: number | undefined;
  readonly span: Span | undefined;
  readonly setFrom: (seconds: number | undefined) => void;
  readonly setSpan: (span: Span | undefined) => void;
  readonly region: Region | undefined;
  readonly setRegion: (region: Region | undefined) => void;
}

const within =
  (kind: 'sound' | 'picture') =>
  ({ ready, item }: MarkState) =>
    ready && item.modalities.includes(kind);
function stretch(kind: 'sound' | 'picture', { player, change, span, region, setSpan, setFrom, setRegion }: MarkState): void {
  const now = player.time();
  change({ do: 'stretch', in: kind, from: span?.from ?? now, to: span?.to ?? now, region });
  setSpan(undefined);
  setFrom(undefined);
  setRegion(undefined);
}

const MARK = {
  from: action<MarkState>({
    id: 'from-here',
    label: 'From here',
    keys: ['i'],
    group: 'Evidence',
    enabled: ({ ready }) => ready,
    perform: ({ player, setFrom, setSpan }) => {
      setFrom(player.time());
      setSpan({ from: player.time(), to: player.time() });
    },
  }),
  to: action<MarkState>({
    id: 'to-here',
    label: 'To here',
    keys: ['o'],
    group: 'Evidence',
    enabled: ({ ready }) => ready,
    perform: ({ player, from = 0, setSpan }) => setSpan({ from: Math.min(from, player.time()), to: Math.max(from, player.time()) }),
  }),
  sound: action<MarkState>({
    id: 'mark-sound',
    label: 'Sound',
    keys: ['s'],
    group: 'Evidence',
    enabled: within('sound'),
    perform: (state) => stretch('sound', state),
  }),
  picture: action<MarkState>({
    id: 'mark-picture',
    label: 'Picture',
    keys: ['p'],
    group: 'Evidence',
    enabled: within('picture'),
    perform: (state) => stretch('picture', state),
  }),
  face: action<MarkState>({
    id: 'mark-face',
    label: 'Face',
    keys: ['f'],
    group: 'Evidence',
    enabled: within('picture'),
    perform: ({ player, change, faces }) => change({ do: 'face', face: likeliestFace(faces.found, player.time()), time: player.time() }),
  }),
  look: action<MarkState>({
    id: 'look-for-faces',
    label: 'Number the faces',
    group: 'Evidence',
    enabled: (state) => within('picture')(state) && state.faces.found?.state !== 'looking' && state.faces.found?.state !== 'ready',
    perform: ({ faces }) => faces.look(),
  }),
} as const;

interface WorkProps {
  readonly campaign: string;
  readonly title: string;
  readonly item: Item;
  readonly film: string | undefined;
  readonly guidelines: Guidelines | undefined;
  readonly writing: Writing;
  readonly change: (mark: Mark) => void;
  readonly saved: SaveState;
  readonly children: ReactNode;
}

/** Where a writing is made: the conversation, the form, and the guidelines beside it. */
export function Work({ campaign, title, item, film, guidelines, writing, change, saved, children }: WorkProps) {
  const player = usePlayer(film);
  const { ready } = usePlayerState(player);
  const faces = useFaces(campaign, item.id, film !== undefined && item.modalities.includes('picture'));
  const [from, setFrom] = useState<number>();
  const [span, setSpan] = useState<Span>();
  const [region, setRegion] = useState<Region>();
  const does = useActions<MarkState, typeof MARK>(MARK, {
    faces,
    player,
    ready,
    item,
    change,
    from,
    span,
    setFrom,
    setSpan,
    region,
    setRegion,
  });
  const seen = film !== undefined && item.modalities.some((modality) => modality !== 'text');
  const marker = seen && (
    <div className="marker" role="toolbar" aria-label="Mark evidence at this time">
      <Does of={does.from} look="quiet" />
      <Does of={does.to} look="quiet" />
      <span className="marker-rule" />
      {item.modalities.includes('sound') && <Does of={does.sound} look="quiet" />}
      {item.modalities.includes('picture') && (
        <>
          <Does of={does.picture} look="quiet" />
          <Does of={does.face} look="quiet" />
          {faces.found !== undefined && faces.found.state !== 'ready' && (
            <Does of={does.look} look="quiet">
              {faces.found.state === 'looking'
                ? 'Numbering the faces …'
                : faces.found.state === 'failed'
                  ? 'Number the faces again'
                  : 'Number the faces'}
            </Does>
          )}
        </>
      )}
    </div>
  );
  return (
    <div className="work">
      <Watch
        campaign={campaign}
        item={item}
        film={film}
        player={player}
        writing={writing}
        change={change}
        region={region}
        onRegion={item.modalities.includes('picture') ? setRegion : undefined}
        span={span}
        over={
          faces.found?.state === 'ready' && (
            <FaceBoxes player={player} of={faces.found} onFace={(face) => change({ do: 'face', face, time: player.time() })} />
          )
        }
        marker={marker}
      />
      <WritingForm
        title={title}
        item={item}
        writing={writing}
        change={change}
        saved={saved}
        player={film === undefined ? undefined : player}
      >
        {children}
      </WritingForm>
      {guidelines !== undefined && (
        <Panel title={`Guidelines, version ${guidelines.version}`} className="beside">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
          <section className="guidelines-scroll" tabIndex={0} aria-label="Text of the guidelines">
            <GuidelinesText of={guidelines} />
          </section>
        </Panel>
      )}
    </div>
  );
}
