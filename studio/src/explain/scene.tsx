import { useEffect, useMemo, useRef, useState } from 'react';
import type { Emotion } from '../../../src/base/emotion.ts';
import type { Modality } from '../../../src/fame/prompt.ts';
import type { Stage } from '../../../src/server/jobs.ts';
import { useActions } from '../actions.ts';
import { notify } from '../notices.ts';
import { Does, Panel, Problem } from '../ui/index.ts';
import { AnswerCard } from './answer.tsx';
import { Ask, BOTH } from './ask.tsx';
import { type Asked, type Card, useAsking } from './asking.ts';
import { createClock, useAt } from './clock.ts';
import { DARK, litBy, type Rest } from './lit.ts';
import { Player, TimeText } from './player.tsx';
import { SCENE_ACTIONS, type SceneState } from './scene-actions.ts';
import { type Film, SHORT, type Turn, useFaces, usePeaks } from './scenes.ts';
import { type Range, TimelinePanel, within } from './timeline.tsx';
import { Transcript } from './transcript.tsx';

interface SceneProps {
  readonly dialogue: string;
  readonly name: string;
  readonly turns: readonly Turn[];
  readonly film: Film | undefined;
  readonly models: readonly string[];
}

/** The turn that is most likely to be asked about: the last one with an emotion. */
const firstTarget = (turns: readonly Turn[]): number =>
  Math.max(
    0,
    turns.findLastIndex(({ emotion }) => emotion !== undefined && emotion !== 'neutral'),
  );

/** One dialogue with its film: to watch, to ask about, and to see what answers rest on. */
export function Scene({ dialogue, name, turns, film, models }: SceneProps) {
  const video = useRef<HTMLVideoElement>(null);
  const clock = useMemo(createClock, []);
  const duration = film?.duration ?? Math.max(0, ...turns.map(({ end }) => end ?? 0));
  const [range, setRange] = useState<Range>([0, duration]);
  const [target, setTarget] = useState(() => firstTarget(turns));
  const [named, setNamed] = useState<Emotion>();
  const [off, setOff] = useState<ReadonlySet<Modality>>(new Set());
  const [model, setModel] = useState(models[0]!);
  const [boxes, setBoxes] = useState(true);
  const [weighs, setWeighs] = useState(true);
  const [wanted, setWanted] = useState(film !== undefined && film.duration <= SHORT);
  const [stage, setStage] = useState<Stage>();
  const [light, setLight] = useState<{ readonly card: string; readonly at: number }>();
  const peaks = usePeaks(film);
  const faces = useFaces(film, dialogue, wanted, setStage);
  const { cards, ask, stop, remove } = useAsking(dialogue, models[0]!);

  const emotion = named ?? turns[target]?.emotion;
  const can: readonly Modality[] = film === undefined ? ['T'] : film.picture ? ['V', 'T', 'E'] : ['T'];
  const on = can.filter((m) => !off.has(m));
  const lighted = cards.find(({ id }) => id === light?.card);
  const sentence = lighted?.answer?.sentences[light?.at ?? -1];
  const lit = useMemo(
    () => (sentence && lighted?.answer ? litBy(sentence, lighted.answer, faces.data) : DARK),
    [sentence, lighted, faces.data],
  );
  const seen = (lighted ?? cards.find(({ answer }) => answer !== undefined))?.answer?.receipt.frames ?? [];

  const seek = (t: number) => {
    const to = Math.min(Math.max(0, t), Math.max(0, duration - 0.001));
    if (video.current) video.current.currentTime = to;
    clock.set(to);
  };
  const choose = (index: number) => {
    setTarget(index);
    setNamed(undefined);
  };
  const onRest = (rest: Rest) => {
    const start =
      rest.is === 'turn'
        ? turns[rest.turn - 1]?.start
        : rest.is === 'frame'
          ? rest.t
          : rest.is === 'face'
            ? faceTime(rest.face)
            : undefined;
    if (start !== undefined) seek(start);
  };
  const faceTime = (face: number) => lighted?.answer?.faces.find((one) => one.face === face)?.at.t;
  const state: SceneState = {
    video,
    clock,
    film,
    duration,
    range,
    target,
    turns,
    on,
    can,
    emotion,
    going: cards.some((card) => card.state === 'going'),
    step: 1 / Math.max(1, faces.data?.video.fps ?? 25),
    seek,
    choose,
    setRange: (next) => setRange(within(next, duration)),
    toggle: (m) => setOff((before) => new Set(before.has(m) ? [...before].filter((one) => one !== m) : [...before, m])),
    toggleBoxes: () => setBoxes(!boxes),
    toggleWeigh: () => setWeighs(!weighs),
    ask: () => {
      const asked = {
        dialogue,
        utterance: target,
        emotion: emotion!,
        ...(film === undefined ? {} : { file: film.file }),
        modalities: on,
        evidence: weighs,
      };
      const together = model === BOTH ? `${Date.now()}` : undefined;
      const all = (model === BOTH ? models : [model]).map((one): Asked => ({ ...asked, model: one, together }));
      setLight(undefined);
      for (const one of all) ask(one).catch(notify);
    },
    stop: () => Promise.all(cards.filter((card) => card.state === 'going').map(({ id }) => stop(id))),
  };
  const does = useActions<SceneState, typeof SCENE_ACTIONS>(SCENE_ACTIONS, state);
  // the newest answer shows what its first sentence rests on, until somebody points at another
  const newest = cards[0];
  useEffect(() => {
    if (newest?.state === 'done' && (newest.answer?.sentences.length ?? 0) > 0) setLight((before) => before ?? { card: newest.id, at: 0 });
  }, [newest]);

  const transcript = (
    <Panel title="Transcript" className="explain-transcript" tools={<span className="hint">{name}</span>}>
      <Transcript turns={turns} target={target} onTarget={choose} onSeek={seek} clock={clock} lit={lit.turns} />
    </Panel>
  );
  return (
    <div className={`explain ${film === undefined ? 'words' : ''}`}>
      <div className="explain-left">
        {film === undefined ? (
          transcript
        ) : (
          <>
            <section className="panel explain-film" aria-label="Film">
              <Player film={film} video={video} clock={clock} report={faces.data} boxes={boxes} lit={lit.tracks} caption={name} />
              <div className="explain-controls">
                <Does of={does.play} look="quiet" keys={false}>
                  <PlayMark video={video} />
                </Does>
                <TimeText clock={clock} duration={duration} />
                <Seek clock={clock} duration={duration} onSeek={seek} />
                {film.picture && (
                  <Does of={does.boxes} look="quiet" keys={false} aria-pressed={boxes}>
                    Faces
                  </Does>
                )}
              </div>
            </section>
            <TimelinePanel
              duration={duration}
              clock={clock}
              range={range}
              onRange={setRange}
              onSeek={seek}
              turns={turns}
              target={target}
              peaks={peaks.data}
              sound={film.sound}
              report={faces.data}
              faces={{ error: faces.error, stage, looking: faces.isFetching, look: film.picture ? () => setWanted(true) : undefined }}
              lit={lit}
              seen={seen}
              tools={
                <>
                  <Does of={does.zoomOut} look="quiet" keys={false} aria-label={does.zoomOut.label}>
                    −
                  </Does>
                  <Does of={does.zoomIn} look="quiet" keys={false} aria-label={does.zoomIn.label}>
                    +
                  </Does>
                  <Does of={does.whole} look="quiet" keys={false}>
                    All
                  </Does>
                </>
              }
            />
            {peaks.error !== null && <Problem error={peaks.error} />}
          </>
        )}
      </div>
      <div className="explain-right">
        {film !== undefined && transcript}
        <Ask
          turns={turns}
          target={target}
          emotion={emotion}
          onEmotion={setNamed}
          on={on}
          toggles={{ V: does.pictures, T: does.words, E: does.faces }}
          ask={does.ask}
          weigh={does.weigh}
          weighs={weighs}
          models={models}
          model={model}
          onModel={setModel}
          film={film !== undefined}
        />
        <section className="explain-answers" aria-label="Answers">
          <p className="unseen" aria-live="polite">
            {newest === undefined
              ? ''
              : newest.state === 'done'
                ? `Answer: ${newest.text}`
                : newest.state === 'going'
                  ? 'The question was asked'
                  : ''}
          </p>
          {groupsOf(cards).map((group) => (
            <div key={group[0]!.id} className={group.length > 1 ? 'explain-pair' : ''}>
              {group.map((card) => (
                <AnswerCard
                  key={card.id}
                  card={card}
                  speaker={turns[card.asked.utterance]?.speaker ?? 'somebody'}
                  at={light?.card === card.id ? light.at : undefined}
                  lit={lit}
                  onLight={(at) => setLight(at === undefined ? undefined : { card: card.id, at })}
                  onRest={onRest}
                  onStop={() => void stop(card.id).catch(notify)}
                  onRemove={() => void remove(card.id).catch(notify)}
                />
              ))}
            </div>
          ))}
          {cards.length === 0 && (
            <p className="hint explain-hint">
              The answer comes here, word by word. Point at one of its sentences, and what it rests on is lit: turns in the transcript,
              pictures on the time line, faces in the film. Ask again without the faces, and compare.
            </p>
          )}
        </section>
      </div>
    </div>
  );
}

/** Answers to questions that were asked at once stand together, in the order in which they were asked. */
function groupsOf(cards: readonly Card[]): readonly (readonly Card[])[] {
  const groups = new Map<string, Card[]>();
  for (const card of cards) groups.set(card.asked.together ?? card.id, [card, ...(groups.get(card.asked.together ?? card.id) ?? [])]);
  return [...groups.values()];
}

function PlayMark({ video }: { readonly video: React.RefObject<HTMLVideoElement | null> }) {
  const [paused, setPaused] = useState(true);
  useEffect(() => {
    const element = video.current;
    const hear = () => setPaused(element?.paused ?? true);
    for (const event of ['play', 'pause', 'ended']) element?.addEventListener(event, hear);
    return () => {
      for (const event of ['play', 'pause', 'ended']) element?.removeEventListener(event, hear);
    };
  }, [video]);
  return <>{paused ? '▶ Play' : '❚❚ Pause'}</>;
}

function Seek({
  clock,
  duration,
  onSeek,
}: {
  readonly clock: ReturnType<typeof createClock>;
  readonly duration: number;
  readonly onSeek: (t: number) => void;
}) {
  const t = useAt(clock, (now) => Math.round(now * 10) / 10);
  return (
    <input
      type="range"
      className="explain-seek"
      aria-label="Time in the film"
      aria-valuetext={`${t.toFixed(1)} of ${duration.toFixed(1)} seconds`}
      min={0}
      max={duration}
      step={0.1}
      value={t}
      onChange={({ target }) => onSeek(Number(target.value))}
    />
  );
}
