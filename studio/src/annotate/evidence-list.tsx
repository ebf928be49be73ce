import type { ReactNode } from 'react';
import type { Item, Modality, Region, Writing } from '../../../src/protocol/writing.ts';
import { clockOf, type Player } from '../film/player.ts';
import { Button } from '../ui/index.ts';
import { countIn, type Kind, type Mark } from './marking.ts';

interface EvidenceListProps {
  readonly item: Item;
  readonly writing: Writing;
  readonly change: (mark: Mark) => void;
  readonly player: Player | undefined;
}

const NAMES: Readonly<Record<Modality, string>> = { text: 'Text', sound: 'Sound', picture: 'Picture and faces' };
const HOW: Readonly<Record<Modality, string>> = {
  text: 'Mark the turns whose words count in the transcript.',
  sound: 'Draw a stretch in the lane "Sound", or press I and O, then S.',
  picture: 'Draw a stretch in the lane "Picture", or press P; F for a face.',
};

/** All that was marked, modality by modality, with what is to be heard or seen there. */
export function EvidenceList({ item, writing, change, player }: EvidenceListProps) {
  const { evidence } = writing;
  return (
    <div className="evidence">
      {item.modalities.map((modality) => {
        const none = evidence.nothing.includes(modality);
        const count = countIn(evidence, modality);
        return (
          <fieldset key={modality} className={`evidence-modality ${none || count > 0 ? 'answered' : 'open'}`}>
            <legend className="unseen">Evidence: {NAMES[modality]}</legend>
            <div className="evidence-head">
              <h3>
                <span aria-hidden="true" className="evidence-sign">
                  {count > 0 ? '●' : none ? '○' : '◌'}
                </span>{' '}
                {NAMES[modality]} {count > 0 && <span className="number hint">{count}</span>}
              </h3>
              <Button look="quiet" aria-pressed={none} disabled={count > 0} onClick={() => change({ do: 'nothing', modality })}>
                {none ? '✓ Nothing here' : 'Nothing here'}
              </Button>
            </div>
            {count === 0 && !none && <p className="hint">{HOW[modality]}</p>}
            {modality === 'text' && <Turns item={item} writing={writing} change={change} />}
            {modality !== 'text' && <Stretches kind={modality} writing={writing} change={change} player={player} />}
            {modality === 'picture' && <Faces writing={writing} change={change} player={player} />}
          </fieldset>
        );
      })}
    </div>
  );
}

function Turns({ item, writing, change }: Pick<EvidenceListProps, 'item' | 'writing' | 'change'>) {
  const said = new Map(item.turns?.map((turn) => [turn.number, turn.text]));
  return writing.evidence.text.map(({ turn, note = '' }, at) => (
    <Entry
      key={turn}
      kind="text"
      at={at}
      change={change}
      name={`Turn ${turn}`}
      note={note}
      placeholder={said.get(turn)?.slice(0, 80) ?? 'What of it counts (optional)'}
    >
      <span className="number">Turn {turn}</span>
    </Entry>
  ));
}

/** Regions that can be chosen without a pointer. */
const PLACES: readonly (readonly [string, Region | undefined])[] = [
  ['whole picture', undefined],
  ['left', { x: 0, y: 0, width: 0.34, height: 1 }],
  ['middle', { x: 0.33, y: 0, width: 0.34, height: 1 }],
  ['right', { x: 0.66, y: 0, width: 0.34, height: 1 }],
  ['upper half', { x: 0, y: 0, width: 1, height: 0.5 }],
  ['lower half', { x: 0, y: 0.5, width: 1, height: 0.5 }],
];
const placeOf = (region: Region | undefined): number => PLACES.findIndex(([, one]) => JSON.stringify(one) === JSON.stringify(region));

function Stretches({
  kind,
  writing,
  change,
  player,
}: Pick<EvidenceListProps, 'writing' | 'change' | 'player'> & { readonly kind: 'sound' | 'picture' }) {
  return writing.evidence[kind].map(({ from, to, note, ...more }, at) => {
    const region = 'region' in more ? (more.region as Region) : undefined;
    const name = `${kind === 'sound' ? 'Sound' : 'Picture'} ${at + 1}`;
    return (
      <Entry
        // biome-ignore lint/suspicious/noArrayIndexKey: entries have no name but their place
        key={at}
        kind={kind}
        at={at}
        change={change}
        name={name}
        note={note}
        placeholder={kind === 'sound' ? 'What is to be heard' : 'What is to be seen'}
      >
        {player !== undefined && (
          <Button look="quiet" onClick={() => player.playStretch(from, to)} aria-label={`Play ${name}`} title="Play it">
            ▶
          </Button>
        )}
        <Seconds
          label={`${name}, from`}
          value={from}
          onChange={(value) => change({ do: 'times', in: kind, at, from: value, to: Math.max(value, to) })}
        />
        <span aria-hidden="true">–</span>
        <Seconds
          label={`${name}, to`}
          value={to}
          onChange={(value) => change({ do: 'times', in: kind, at, from: Math.min(from, value), to: value })}
        />
        {kind === 'picture' && (
          <select
            aria-label={`${name}, where`}
            value={placeOf(region)}
            onChange={({ target }) => change({ do: 'region', at, region: PLACES[Number(target.value)]?.[1] })}
          >
            {placeOf(region) === -1 && <option value={-1}>as drawn</option>}
            {PLACES.map(([label], i) => (
              <option key={label} value={i}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Entry>
    );
  });
}

function Faces({ writing, change, player }: Pick<EvidenceListProps, 'writing' | 'change' | 'player'>) {
  return writing.evidence.faces.map(({ face, time, note }, at) => (
    <Entry
      // biome-ignore lint/suspicious/noArrayIndexKey: entries have no name but their place
      key={at}
      kind="faces"
      at={at}
      change={change}
      name={`Face ${at + 1}`}
      note={note}
      placeholder="The expression, as viewers would read it"
    >
      {player !== undefined && (
        <Button look="quiet" onClick={() => player.seek(time)} aria-label={`Show face ${at + 1}`} title={`Show ${clockOf(time)}`}>
          ▶
        </Button>
      )}
      <span>Face</span>
      <input
        className="seconds"
        type="number"
        min={1}
        step={1}
        value={face}
        aria-label={`Number of face ${at + 1}`}
        onChange={({ target }) => change({ do: 'which-face', at, face: Number(target.value) })}
      />
      <span className="number hint">at {clockOf(time)}</span>
    </Entry>
  ));
}

function Seconds({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
  return (
    <input
      className="seconds number"
      type="number"
      min={0}
      step={0.1}
      value={value}
      aria-label={`${label} (seconds)`}
      onChange={({ target }) => {
        if (target.value !== '') onChange(Number(target.value));
      }}
    />
  );
}

interface EntryProps {
  readonly kind: Kind;
  readonly at: number;
  readonly change: (mark: Mark) => void;
  readonly name: string;
  readonly note: string;
  readonly placeholder: string;
  readonly children: ReactNode;
}

function Entry({ kind, at, change, name, note, placeholder, children }: EntryProps) {
  const needed = kind !== 'text' && note.trim() === '';
  return (
    <div className={`evidence-entry ${needed ? 'needs-note' : ''}`}>
      <div className="evidence-what">{children}</div>
      <input
        className="evidence-note"
        value={note}
        maxLength={2000}
        placeholder={placeholder}
        aria-label={`${name}: note`}
        aria-required={kind !== 'text'}
        onChange={({ target }) => change({ do: 'note', in: kind, at, note: target.value })}
      />
      <Button look="quiet" onClick={() => change({ do: 'remove', in: kind, at })} aria-label={`Take out ${name}`} title="Take it out">
        ✕
      </Button>
    </div>
  );
}
