import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { MODALITIES, type Modality } from '../../../src/protocol/writing.ts';
import { api, newKey, ok } from '../api.ts';
import { say } from '../notices.ts';
import type { Project } from '../projects/project.ts';
import { Button, Empty, Field, Panel, Problem, Progress } from '../ui/index.ts';
import { KINDS, useSets } from './desk.ts';
import { Gate, type GateChoice } from './gate.tsx';
import { type Pairing, Sources, type TalkShown } from './sources.tsx';

/** What a campaign is opened with, as the form has it. */
interface Form {
  readonly id: string;
  readonly title: string;
  readonly dataset: string;
  readonly talks: Pairing;
  readonly modalities: readonly Modality[];
  readonly voters: number;
  readonly training: number;
}

const FIRST: Form = { id: '', title: '', dataset: '', talks: new Map(), modalities: MODALITIES, voters: 3, training: 100 };

/** Campaign set-up: what is annotated, by which rules, and a gate that was shown to tell something. */
export function Setup({ project }: { readonly project: Project }) {
  const { data: sets } = useSets(project.project);
  const { data: talks } = useQuery({
    queryKey: ['dialogues'],
    queryFn: () => ok(api.dialogues.$get()),
    select: (all): readonly TalkShown[] => all.filter((one) => one.project === project.project).toReversed(),
  });
  const { data: films } = useQuery({
    queryKey: ['files'],
    queryFn: () => ok(api.files.$get()),
    select: (all) => all.filter((one) => one.project === project.project && one.received !== undefined),
  });
  const client = useQueryClient();
  const [, go] = useLocation();
  const [form, setForm] = useState(FIRST);
  const [gate, setGate] = useState<GateChoice>({ kind: 'none', reason: '' });
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState<'trying' | 'opening'>();
  const [found, setFound] = useState<{ readonly items: number; readonly withFilm: number }>();
  const [key, setKey] = useState(newKey);
  if (sets === undefined || talks === undefined || films === undefined) return <Progress label="Asking for the data sets" />;
  const usable = sets.filter(({ received }) => received !== undefined && received.kind !== 'pairs');
  if (usable.length === 0 && talks.length === 0)
    return (
      <Empty
        title="Nothing to annotate yet"
        actions={
          <Button look="main" onClick={() => go('/')}>
            Send a data set
          </Button>
        }
      >
        <p>
          A campaign needs utterances with an emotion: from a data set, or from dialogues of this project, which are added in the Explain
          view.
        </p>
      </Empty>
    );
  const change = (more: Partial<Form>) => {
    setForm({ ...form, ...more });
    setFound(undefined);
    setKey(newKey());
  };
  const ready = form.id !== '' && form.title.trim() !== '' && (form.dataset !== '' || form.talks.size > 0);
  const send = async (dry: boolean) => {
    setError(undefined);
    setBusy(dry ? 'trying' : 'opening');
    try {
      const source =
        form.dataset === ''
          ? { dialogues: [...form.talks].map(([dialogue, file]) => (file === '' ? { dialogue } : { dialogue, file })) }
          : { dataset: form.dataset };
      const json = {
        ...{ project: project.project, title: form.title.trim(), source, voters: form.voters, training: form.training, dry },
        ...(form.modalities.length === MODALITIES.length ? {} : { modalities: [...form.modalities] }),
        gate:
          gate.kind === 'none'
            ? { none: gate.reason }
            : { calibration: gate.calibration, threshold: gate.threshold, allowed: gate.allowed },
      };
      const done = await ok(api.campaigns[':campaign'].setup.$post({ header: dry ? newKey() : key, param: { campaign: form.id }, json }));
      setFound(done);
      if (dry) return;
      say(`The campaign is open: ${done.items} items`);
      await client.invalidateQueries({ queryKey: ['campaigns'] });
      go(`~/annotate/${encodeURIComponent(form.id)}/lead`);
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(undefined);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(false);
  };
  return (
    <form className="setup" onSubmit={submit}>
      <div className="setup-left stack">
        <Panel title="What is annotated">
          <div className="stack">
            <div className="setup-two">
              <Field label="Title">
                {(ids) => (
                  <input
                    {...ids}
                    value={form.title}
                    maxLength={200}
                    required
                    onChange={({ target }) =>
                      change({ title: target.value, ...(form.id === idOf(form.title) ? { id: idOf(target.value) } : {}) })
                    }
                  />
                )}
              </Field>
              <Field label="Id" hint="Short, in addresses and exports.">
                {(ids) => (
                  <input
                    {...ids}
                    value={form.id}
                    maxLength={60}
                    required
                    pattern="[a-z0-9][a-z0-9\-]*"
                    onChange={({ target }) => change({ id: target.value })}
                  />
                )}
              </Field>
            </div>
            {usable.length > 0 && (
              <Field label="Data set" hint="Explanations in it are not shown to annotators.">
                {(ids) => (
                  <select {...ids} value={form.dataset} onChange={({ target }) => change({ dataset: target.value, talks: new Map() })}>
                    <option value="">{talks.length > 0 ? 'none: dialogues below' : 'choose …'}</option>
                    {usable.map(({ dataset, name, received }) => (
                      <option key={dataset} value={dataset}>
                        {name} ({KINDS[received!.kind]}, {received!.entries.toLocaleString()})
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            )}
            {form.dataset === '' && talks.length > 0 && (
              <Sources talks={talks} films={project.textOnly ? [] : films} chosen={form.talks} onChange={(talks) => change({ talks })} />
            )}
            <fieldset>
              <legend>Annotators look at</legend>
              <div className="row">
                {MODALITIES.map((one) => (
                  <label key={one} className="choice">
                    <input
                      type="checkbox"
                      checked={form.modalities.includes(one)}
                      disabled={form.modalities.length === 1 && form.modalities[0] === one}
                      onChange={({ target }) =>
                        change({
                          modalities: MODALITIES.filter((other) => (other === one ? target.checked : form.modalities.includes(other))),
                        })
                      }
                    />
                    {one}
                  </label>
                ))}
              </div>
            </fieldset>
          </div>
        </Panel>
        <Panel title="Rules">
          <div className="setup-two">
            <Field label="Voters for each item" hint="An odd number; the paper has 3.">
              {(ids) => (
                <input
                  {...ids}
                  type="number"
                  min={1}
                  max={99}
                  step={2}
                  value={form.voters}
                  onChange={({ target }) => change({ voters: Number(target.value) })}
                />
              )}
            </Field>
            <Field label="Items to practise on" hint="The paper has 100; 0 leaves the round out.">
              {(ids) => (
                <input
                  {...ids}
                  type="number"
                  min={0}
                  max={100000}
                  value={form.training}
                  onChange={({ target }) => change({ training: Number(target.value) })}
                />
              )}
            </Field>
          </div>
        </Panel>
      </div>
      <Gate
        project={project}
        choice={gate}
        onChange={(choice) => {
          setGate(choice);
          setKey(newKey());
        }}
      />
      <div className="setup-end stack">
        {error !== undefined && <Problem error={error} />}
        {found !== undefined && error === undefined && (
          <p className="callout good" role="status">
            <span>
              <strong className="number">{found.items.toLocaleString()} items</strong>,{' '}
              <span className="number">{found.withFilm.toLocaleString()}</span> with a film. Nothing stands against opening it.
            </span>
          </p>
        )}
        <div className="row">
          <Button look="main" type="submit" disabled={!ready} busy={busy === 'opening'}>
            Open the campaign
          </Button>
          <Button disabled={!ready} busy={busy === 'trying'} onClick={() => void send(true)}>
            Only check it
          </Button>
          {!ready && <span className="hint">It needs a title, and something to annotate.</span>}
        </div>
      </div>
    </form>
  );
}

/** An id for a title. */
const idOf = (title: string): string =>
  title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
