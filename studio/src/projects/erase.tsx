import { type FormEvent, useState } from 'react';
import type { Erasing } from '../../../src/server/erasures.ts';
import { api, newKey, ok } from '../api.ts';
import { Button, Choices, Dialog, Field, Loaded, Problem, Table } from '../ui/index.ts';
import { Erased } from './erased.tsx';
import { useErasures, useEverything } from './erasures.ts';
import type { Project } from './project.ts';

/** A name of one or two letters stands in too many words' places: A, B, Jo. */
const SHORT = 2;

/** What goes with the person besides what always goes. */
interface Chosen {
  readonly files: readonly string[];
  readonly datasets: readonly string[];
  readonly campaigns: readonly string[];
}

/** Erasing somebody who is seen or heard in a project: a look at what there is, then the name once more. */
export function Erase({ project, onClose }: { readonly project: Project; readonly onClose: () => void }) {
  const [seen, setSeen] = useState<Looked>();
  const [done, setDone] = useState<Erasing>();
  return (
    <Dialog title={`Erase a person from ${project.title}`} onClose={onClose} wide>
      {done?.erased !== undefined ? (
        <Erased of={done} onClose={onClose} />
      ) : seen === undefined ? (
        <Look project={project.project} onSeen={setSeen} onClose={onClose} />
      ) : (
        <Confirm project={project.project} of={seen} onBack={() => setSeen(undefined)} onDone={setDone} />
      )}
    </Dialog>
  );
}

/** What was looked for, and what was found. */
interface Looked {
  readonly name: string;
  readonly mentions: boolean;
  readonly found: Erasing['found'];
}

function Look({
  project,
  onSeen,
  onClose,
}: {
  readonly project: string;
  readonly onSeen: (seen: Looked) => void;
  readonly onClose: () => void;
}) {
  const earlier = useErasures(project);
  const [name, setName] = useState('');
  const [mentions, setMentions] = useState<boolean>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const called = name.trim();
  const everywhere = mentions ?? called.length > SHORT;
  const look = async (event: FormEvent) => {
    event.preventDefault();
    setError(undefined);
    setBusy(true);
    try {
      const json = { name: called, mentions: everywhere, dry: true };
      const { found } = (await ok(api.projects[':project'].erasures.$post({ header: newKey(), param: { project }, json }))) as Erasing;
      onSeen({ name: called, mentions: everywhere, found });
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };
  return (
    <>
      <form className="stack" onSubmit={(event) => void look(event)}>
        <p>
          For somebody who is seen or heard, and has no account here. What this person said goes from dialogues, studies and campaigns, and
          so do explanations and drafts that rest on it, from the disk, too. It cannot be taken back. First you see what there is.
        </p>
        <Field label="Name" hint="As the dialogues have it. Whoever is written in two ways is erased twice, once for each.">
          {(ids) => (
            <input
              {...ids}
              value={name}
              required
              maxLength={200}
              autoComplete="off"
              spellCheck={false}
              onChange={({ target }) => setName(target.value)}
            />
          )}
        </Field>
        <label className="choice">
          <input type="checkbox" checked={everywhere} onChange={({ target }) => setMentions(target.checked)} />
          <span>
            <strong>Where others say or write the name, too</strong>{' '}
            <span className="hint">Whole words; a word that you begin with a capital is found only with one. Leave it out for A or B.</span>
          </span>
        </label>
        {error !== undefined && <Problem error={error} />}
        <div className="row end">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="main" busy={busy} disabled={called === ''}>
            See what there is
          </Button>
        </div>
      </form>
      {earlier.data !== undefined && earlier.data.length > 0 && (
        <Table
          caption="Earlier erasures: nobody’s name is kept"
          rows={earlier.data}
          keyOf={({ as }) => as}
          columns={[
            { head: 'Became', cell: ({ as }) => as },
            { head: 'When', cell: ({ at }) => <time dateTime={at}>{at.slice(0, 16).replace('T', ' ')}</time> },
            { head: 'By', cell: ({ by }) => by },
            { head: 'Turns', number: true, cell: ({ counts }) => counts.turns },
            { head: 'Explanations', number: true, cell: ({ counts }) => counts.explanations },
            { head: 'Films', number: true, cell: ({ films }) => films },
            { head: 'Data sets', number: true, cell: ({ datasets }) => datasets },
            { head: 'Campaigns', number: true, cell: ({ campaigns }) => campaigns.length },
          ]}
        />
      )}
      <Loaded error={earlier.error} ready />
    </>
  );
}

interface ConfirmProps {
  readonly project: string;
  readonly of: Looked;
  readonly onBack: () => void;
  readonly onDone: (done: Erasing) => void;
}

function Confirm({ project, of: { name, mentions, found }, onBack, onDone }: ConfirmProps) {
  const forget = useEverything();
  const [chosen, setChosen] = useState<Chosen>(() => ({
    files: found.films.flatMap(({ file, speaks }) => (speaks ? [file] : [])),
    datasets: found.datasets.map(({ dataset }) => dataset),
    campaigns: found.campaigns.flatMap(({ campaign, own }) => (own ? [campaign] : [])),
  }));
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [key] = useState(newKey); // pressed twice, it is done once
  const { counts, dialogues } = found;
  const nothing =
    counts.turns + counts.mentions + counts.explanations + counts.rated + found.datasets.length + found.campaigns.length === 0;
  const picked = chosen.files.length + chosen.datasets.length + chosen.campaigns.length > 0;
  const erase = async (event: FormEvent) => {
    event.preventDefault();
    setError(undefined);
    setBusy(true);
    try {
      const json = { name, mentions, files: [...chosen.files], datasets: [...chosen.datasets], campaigns: [...chosen.campaigns] };
      onDone((await ok(api.projects[':project'].erasures.$post({ header: key, param: { project }, json }))) as Erasing);
      await forget();
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };
  return (
    <form className="stack" onSubmit={(event) => void erase(event)}>
      {nothing && (
        <p className="callout warn">
          Nobody is called {name} here. If the dialogues write it in another way, go back; if the person is only seen, choose the films.
        </p>
      )}
      <Table
        caption="What goes"
        keyOf={({ what }) => what}
        rows={[
          {
            what: 'Turns that this person says',
            count: counts.turns,
            after: dialogues.length === 0 ? '' : `[erased], by a pseudonym; in ${dialogues.map((one) => one.name).join(', ')}`,
          },
          {
            what: 'Places where others say or write the name',
            count: counts.mentions,
            after: mentions ? 'the pseudonym' : 'stay, as you chose',
          },
          { what: 'Explanations', count: counts.explanations, after: 'removed: of these dialogues, or with the name in them' },
          { what: 'Items that are rated', count: counts.rated, after: 'their texts go, ratings stay as numbers' },
        ]}
        columns={[
          { head: 'What', cell: ({ what }) => what },
          { head: 'How many', number: true, cell: ({ count }) => count },
          { head: 'What becomes of it', cell: ({ after }) => <span className="hint">{after}</span> },
        ]}
      />
      <Choices
        legend="Films that are removed"
        hint="Nobody can be cut out of a film. Choose those in which the person is seen or heard; nobody but people can say so of those who are only seen."
        none="The project has no film."
        rows={found.films.map(({ file, name: film, speaks }) => ({ id: file, name: film, about: speaks ? 'the person speaks in it' : '' }))}
        chosen={chosen.files}
        onChoose={(files) => setChosen({ ...chosen, files })}
      />
      <Choices
        legend="Data sets that are removed"
        hint="A file is kept as it was sent, or removed. Send it again without the person."
        none="No data set has the name."
        rows={found.datasets.map(({ dataset, name: set, places }) => ({
          id: dataset,
          name: set,
          about: `the name in ${places} ${places === 1 ? 'place' : 'places'}`,
        }))}
        chosen={chosen.datasets}
        onChoose={(datasets) => setChosen({ ...chosen, datasets })}
      />
      <Choices
        legend="Campaigns in which it is done"
        hint="Items that rest on the person are withdrawn, and what was written at them goes: also those of a film that you remove."
        none="No campaign has the person."
        rows={found.campaigns.map(({ campaign, title, own, items, withdrawn, texts, mentions: places }) => ({
          id: campaign,
          name: title,
          about: [
            own ? '' : 'not opened with what this project has',
            `${items} ${items === 1 ? 'item has' : 'items have'} the person`,
            `${withdrawn} withdrawn with ${texts} ${texts === 1 ? 'text' : 'texts'}`,
            mentions ? `the name in ${places} more ${places === 1 ? 'place' : 'places'}` : '',
          ]
            .filter(Boolean)
            .join('; '),
        }))}
        chosen={chosen.campaigns}
        onChoose={(campaigns) => setChosen({ ...chosen, campaigns })}
      />
      <Field
        label={`Type the name once more: ${name}`}
        hint="There is no way back, and no copy here. Backups and files that were downloaded are yours to find."
      >
        {(ids) => <input {...ids} value={typed} autoComplete="off" spellCheck={false} onChange={({ target }) => setTyped(target.value)} />}
      </Field>
      {error !== undefined && <Problem error={error} />}
      <div className="row end">
        <Button onClick={onBack} disabled={busy}>
          Back
        </Button>
        <Button type="submit" look="danger" busy={busy} disabled={typed.trim() !== name || (nothing && !picked)}>
          Erase for good
        </Button>
      </div>
    </form>
  );
}
