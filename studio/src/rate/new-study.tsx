import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { api, newKey, ok } from '../api.ts';
import { NoProject } from '../projects/none.tsx';
import { useProject } from '../projects/project.ts';
import { Button, Field, Panel, Problem, Table } from '../ui/index.ts';
import { type Beside, besideOf, contextsOf, FileFault, type Predictions, planOf, predictionsOf } from './study.ts';

/** A file's fault as a problem that can be shown. */
const problemOf = (error: unknown): unknown =>
  error instanceof FileFault
    ? {
        type: 'urn:famenet:STUDY_FILE',
        title: 'A file cannot be used for a study',
        status: 0,
        code: 'STUDY_FILE',
        at: error.at,
        expected: error.expected,
        got: error.got,
        fix: 'correct it there, and choose the file again',
      }
    : error;

/** Opens a study: predictions of several systems, with dialogues and films beside them. */
export function NewStudy() {
  const { project } = useProject();
  const client = useQueryClient();
  const [, go] = useLocation();
  const [title, setTitle] = useState('');
  const [systems, setSystems] = useState<readonly Predictions[]>([]);
  const [contexts, setContexts] = useState<ReadonlyMap<string, Beside>>(new Map());
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [key, setKey] = useState(newKey);
  if (project === undefined) return <NoProject />;
  const plan = planOf(systems, contexts);
  const told = plan.items.filter(({ id }) => contexts.has(id)).length;

  const read = async (work: () => Promise<void>): Promise<void> => {
    setError(undefined);
    setBusy(true);
    await work().catch((fault) => setError(problemOf(fault)));
    setBusy(false);
  };
  const add = (files: FileList | null) =>
    read(async () => {
      const more = await Promise.all([...(files ?? [])].map(async (file) => predictionsOf(await file.text(), file.name)));
      const all = [...systems, ...more];
      setSystems(all);
      setKey(newKey());
      setContexts(
        new Map([
          ...(await besideItems(
            planOf(all, new Map()).items.map(({ id }) => id),
            project.project,
          )),
          ...contexts,
        ]),
      );
    });
  const addContexts = (files: FileList | null) =>
    read(async () => {
      const [file] = files ?? [];
      if (file !== undefined) setContexts(new Map([...contexts, ...contextsOf(await file.text(), file.name)]));
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void read(async () => {
      const items = plan.items.map(({ turns, texts, ...item }) => ({
        ...item,
        texts: [...texts],
        ...(turns === undefined ? {} : { turns: [...turns] }),
      }));
      const { study } = await ok(api.studies.$post({ header: key, json: { project: project.project, title: title.trim(), items } }));
      await client.invalidateQueries({ queryKey: ['studies'] });
      go(`/${study}/summary`);
    });
  };
  return (
    <form className="stack page narrow" onSubmit={submit}>
      <h1>A new study</h1>
      <p className="hint">Raters see each item's texts under numbers, in an order of their own, and never whose they are.</p>
      <Field label="Title">
        {(ids) => <input {...ids} value={title} maxLength={200} required onChange={({ target }) => setTitle(target.value)} />}
      </Field>
      <Field
        label="Predictions, a file for each system"
        hint={
          <>
            Lines of {'{"id", "cause"}'}, as <code>famenet predict</code> writes them. The file's name becomes the system's.
          </>
        }
      >
        {(ids) => <input {...ids} type="file" multiple accept=".jsonl,.json" onChange={({ target }) => void add(target.files)} />}
      </Field>
      {systems.length > 0 && (
        <Panel title={`${systems.length} ${systems.length === 1 ? 'system' : 'systems'}, ${plan.items.length} items in all of them`}>
          <div className="stack">
            <Table
              caption="Systems of the study"
              hideCaption
              rows={systems}
              keyOf={({ system }, i) => `${i} ${system}`}
              columns={[
                {
                  head: 'System',
                  cell: ({ system }, at) => (
                    <input
                      value={system}
                      maxLength={200}
                      aria-label={`Name of system ${at + 1}`}
                      onChange={({ target }) => setSystems(systems.map((one, i) => (i === at ? { ...one, system: target.value } : one)))}
                    />
                  ),
                },
                { head: 'Texts', number: true, cell: ({ texts }) => texts.size },
                {
                  head: '',
                  cell: (system) => (
                    <Button look="quiet" onClick={() => setSystems(systems.filter((one) => one !== system))}>
                      Take out
                    </Button>
                  ),
                },
              ]}
            />
            {plan.twice.length > 0 && (
              <p className="callout warn">Two systems are called {plan.twice.join(', ')}: give one another name.</p>
            )}
            {plan.missing.length > 0 && (
              <p className="callout warn">
                {plan.missing.length} items are not explained by every system and are left out: {plan.missing.slice(0, 5).join(', ')}
                {plan.missing.length > 5 ? ' …' : ''}
              </p>
            )}
            <p>
              {told} of {plan.items.length} items have their conversation beside them
              {told < plan.items.length
                ? `: dialogues of this project are found by name (item DIALOGUE_NUMBER), or give a file below.`
                : '.'}
            </p>
          </div>
        </Panel>
      )}
      <Field label="Contexts (optional)" hint={<>Lines of {'{"id", "context"}'}, for items whose dialogue is not in the project.</>}>
        {(ids) => <input {...ids} type="file" accept=".jsonl,.json" onChange={({ target }) => void addContexts(target.files)} />}
      </Field>
      {error !== undefined && <Problem error={error} />}
      <div className="row">
        <Button look="main" type="submit" busy={busy} disabled={title.trim() === '' || plan.items.length === 0 || plan.twice.length > 0}>
          Open the study
        </Button>
      </div>
    </form>
  );
}

/** What the project's dialogues and films know of items, by their names. */
async function besideItems(ids: readonly string[], project: string): Promise<Map<string, Beside>> {
  const [talks, files] = await Promise.all([ok(api.dialogues.$get()), ok(api.files.$get())]);
  const films = new Map(
    files
      .filter((file) => file.project === project && file.received !== undefined)
      .map(({ file, name }) => [name.replace(/\.\w+$/, ''), file]),
  );
  const byName = new Map(
    talks.filter((talk) => talk.project === project).map(({ name, dialogue }) => [name.replace(/\.\w+$/, ''), dialogue]),
  );
  const wanted = [...new Set(ids.map((id) => id.replace(/_\d+$/, '')))].filter((name) => byName.has(name));
  const found = new Map<string, Beside>();
  for (const name of wanted) {
    const { utterances } = await ok(api.dialogues[':dialogue'].$get({ param: { dialogue: byName.get(name)! } }));
    for (const id of ids.filter((one) => one.replace(/_\d+$/, '') === name)) {
      const beside = besideOf(id, { name, utterances }, films);
      if (beside !== undefined) found.set(id, beside);
    }
  }
  return found;
}
