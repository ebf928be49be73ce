import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { type Action, action, useActions } from '../actions.ts';
import { api, newKey, ok } from '../api.ts';
import { may, useMe } from '../people/session.ts';
import { NoProject } from '../projects/none.tsx';
import { useProject, useRefreshProjects } from '../projects/project.ts';
import { Button, Does, Empty, Problem, Progress } from '../ui/index.ts';
import { Add } from './add.tsx';
import './explain.css';
import { Scene } from './scene.tsx';
import { useDialogues, useFilms, useRefreshScenes, useTurns } from './scenes.ts';

interface State {
  readonly add: (() => void) | undefined;
  readonly example: (() => Promise<void>) | undefined;
}

const ACTIONS = {
  add: action<State>({
    id: 'add',
    label: 'Add a film or a dialogue',
    keys: ['a'],
    group: 'Explain',
    enabled: ({ add }) => add !== undefined,
    perform: ({ add }) => add!(),
  }),
  example: action<State>({
    id: 'example',
    label: 'Open the example scene',
    group: 'Explain',
    enabled: ({ example }) => example !== undefined,
    perform: ({ example }) => example!(),
  }),
} satisfies Record<string, Action<State>>;

/** Watch a conversation, ask why, and see what the answer rests on. The address names what is open. */
export function View() {
  const me = useMe();
  const { project, choose, create } = useProject();
  const [params, setParams] = useSearchParams();
  const [adding, setAdding] = useState(false);
  const [bringing, setBringing] = useState(false);
  const refreshProjects = useRefreshProjects();
  const refreshScenes = useRefreshScenes();
  const open = (what: { readonly dialogue?: string | undefined; readonly file?: string | undefined }) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      for (const [key, value] of Object.entries(what)) value === undefined || value === '' ? after.delete(key) : after.set(key, value);
      after.delete('turn');
      return after;
    });
  const mayAdd = may(me, 'annotator');
  const does = useActions<State, typeof ACTIONS>(ACTIONS, {
    add: mayAdd && project !== undefined ? () => setAdding(true) : undefined,
    example: !mayAdd
      ? undefined
      : async () => {
          setBringing(true);
          try {
            const [name] = await ok(api.examples.$get());
            const made = await ok(api.examples[':example'].$post({ header: newKey(), param: { example: name! } }));
            await Promise.all([refreshProjects(), refreshScenes()]);
            open({ dialogue: made.dialogue, file: made.file });
            choose(made.project);
          } finally {
            setBringing(false);
          }
        },
  });
  const example = (
    <Does of={does.example} look="main" busy={bringing}>
      {bringing ? 'Drawing the scene …' : 'Open the example scene'}
    </Does>
  );
  if (project === undefined)
    return mayAdd ? (
      <Empty
        title="See why viewers would read an emotion"
        actions={
          <>
            {example}
            {may(me) && <Button onClick={create}>New project</Button>}
          </>
        }
      >
        <p>
          The example is a short film of drawn people: nobody is looked at. Watch it, choose a turn, and ask why its speaker shows an
          emotion.
        </p>
        <p>For films of your own, a project comes first. It says what people are looked at for.</p>
      </Empty>
    ) : (
      <NoProject />
    );
  return (
    <>
      <Project
        key={project.project}
        project={project.project}
        dialogue={params.get('dialogue') ?? undefined}
        file={params.get('file') ?? undefined}
        open={open}
        add={<Does of={does.add} />}
        example={example}
        mayAdd={mayAdd}
      />
      {adding && (
        <Add
          project={project}
          onClose={() => setAdding(false)}
          onAdded={(added) => {
            open(added);
            setAdding(false);
          }}
        />
      )}
    </>
  );
}

interface ProjectProps {
  readonly project: string;
  readonly dialogue: string | undefined;
  readonly file: string | undefined;
  readonly open: (what: { readonly dialogue?: string | undefined; readonly file?: string | undefined }) => void;
  readonly add: React.ReactNode;
  readonly example: React.ReactNode;
  readonly mayAdd: boolean;
}

/** The stem of a name: `scene.mp4` and `scene.json` belong together. */
const stem = (name: string): string => name.replace(/\.\w+$/, '').toLowerCase();

function Project({ project, dialogue, file, open, add, example, mayAdd }: ProjectProps) {
  const films = useFilms(project);
  const dialogues = useDialogues(project);
  const models = useQuery({ queryKey: ['models'], queryFn: () => ok(api.models.$get()) });
  const talk = dialogues.data?.find((one) => one.dialogue === dialogue) ?? dialogues.data?.at(-1);
  const turns = useTurns(talk?.dialogue);
  const error = films.error ?? dialogues.error ?? turns.error ?? models.error;
  if (error !== null)
    return (
      <Problem
        error={error}
        tools={
          <Button onClick={() => void Promise.all([films.refetch(), dialogues.refetch(), turns.refetch(), models.refetch()])}>
            Try again
          </Button>
        }
      />
    );
  if (films.data === undefined || dialogues.data === undefined || models.data === undefined) return <Progress label="Opening" />;
  if (talk === undefined)
    return (
      <Empty
        title={films.data.length === 0 ? 'There is nothing in this project yet' : 'A dialogue is missing'}
        actions={
          mayAdd ? (
            <>
              {add}
              {example}
            </>
          ) : undefined
        }
      >
        <p>
          {films.data.length === 0
            ? 'Add a dialogue (who says what, when), and its film if there is one. Or look at the example scene first.'
            : 'There is a film, and nobody says what is said in it. Add the dialogue: JSON, SubRip, WebVTT or a table of MELD.'}
        </p>
      </Empty>
    );
  if (turns.data === undefined) return <Progress label="Opening the dialogue" />;
  // `file=none` asks for the words alone
  const film =
    file === 'none'
      ? undefined
      : (films.data.find((one) => one.file === file) ?? films.data.find(({ name }) => stem(name) === stem(talk.name)));
  return (
    <>
      <div className="row explain-bar">
        <h1 className="unseen">Explain</h1>
        <label className="row">
          <span className="hint">Dialogue</span>
          <select value={talk.dialogue} onChange={({ target }) => open({ dialogue: target.value, file: undefined })}>
            {dialogues.data.map((one) => (
              <option key={one.dialogue} value={one.dialogue}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
        <label className="row">
          <span className="hint">Film</span>
          <select value={film?.file ?? 'none'} onChange={({ target }) => open({ dialogue: talk.dialogue, file: target.value })}>
            <option value="none">none, words only</option>
            {films.data.map((one) => (
              <option key={one.file} value={one.file}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
        {mayAdd && add}
      </div>
      <Scene
        key={`${talk.dialogue} ${film?.file}`}
        dialogue={talk.dialogue}
        name={talk.name}
        turns={turns.data}
        film={film}
        models={models.data.explainers}
      />
    </>
  );
}
