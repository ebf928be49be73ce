/** Scenes to begin with, which come with famenet: drawn people, so nobody is looked at. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRoute, z } from '@hono/zod-openapi';
import { parseDialogues } from '../data/index.ts';
import { idOf, nowOf, type Server, unknown, whoOf } from './context.ts';
import type { ServerEvent } from './events.ts';
import { receive } from './files.ts';
import { allow } from './guard.ts';
import { type Asker, projectOf } from './members.ts';
import { idIn, json, KEY, routes } from './shape.ts';

const TITLE = 'Example scenes';

const made = z.object({ project: z.string(), file: z.string(), dialogue: z.string() });

/** A film and its dialogue, as JSON. */
interface Scene {
  readonly film: Uint8Array;
  readonly dialogue: string;
}

/** Example scenes: one click brings one into a project of their own. */
export const examples = (server: Server, folder = fileURLToPath(new URL('../../examples/scenes', import.meta.url))) => {
  const making = new Map<string, Promise<z.infer<typeof made>>>();
  return routes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/',
        summary: 'The example scenes that there are',
        ...allow('annotator'),
        responses: { 200: json(z.array(z.string()), 'Names') },
      }),
      async (c) => c.json([...(await namesIn(folder))], 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/{example}',
        summary: 'Bring an example scene into the project of examples, which is made where it is absent',
        ...allow('annotator'),
        request: { headers: KEY, params: idIn('example') },
        responses: { 201: json(made, 'Where it is') },
      }),
      async (c) => {
        const { example } = c.req.valid('param');
        if (!(await namesIn(folder)).includes(example)) throw unknown('example', example);
        const begun = making.get(example) ?? brought(server, whoOf(c), example, folder).finally(() => making.delete(example));
        making.set(example, begun);
        return c.json(await begun, 201);
      },
    );
};

/** Films with a dialogue of the same name beside them. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder).catch((): string[] => []);
  const names = files.filter((file) => file.endsWith('.mp4') && files.includes(file.replace(/\.mp4$/, '.json')));
  return names.map((file) => basename(file, '.mp4')).sort();
}

/** Puts the scene where it is not yet, and says where it is. */
async function brought(server: Server, who: Asker, name: string, folder: string): Promise<z.infer<typeof made>> {
  const { log, secret, shelf } = server;
  const about = () => ({ at: nowOf(server), by: who.id });
  /** The same name gives the same id, as long as nobody has removed what it was the id of. */
  const idFor = (what: string, isThere: (id: string) => boolean): string => {
    for (let n = 0; ; n++) {
      const id = idOf(secret, 'example', name, what, `${n}`);
      if (isThere(id) || !log.state.events.has(id)) return id;
    }
  };
  const project = idOf(secret, 'example', 'project');
  const file = idFor('file', (id) => log.state.files.has(id));
  const dialogue = idFor('dialogue', (id) => log.state.dialogues.has(id));
  const where = { project, file, dialogue };
  if (log.state.projects.has(project)) projectOf(log.state, project, who, 'annotator');
  if (log.state.files.get(file)?.received !== undefined && log.state.dialogues.has(dialogue)) return where;
  const scene = await sceneNamed(name, folder);
  const [first] = parseDialogues(scene.dialogue, name);
  const utterances = first!.utterances.map(({ clip: _, ...said }) => said);
  const bytes = scene.film.length;
  await log.carryOut(({ projects, files, dialogues }) => {
    const events: object[] = [];
    if (!projects.has(project))
      events.push({ ...about(), id: project, type: 'project-made', project, title: TITLE, purpose: 'media', textOnly: false });
    if (!files.has(file)) events.push({ ...about(), id: file, type: 'upload-begun', file, project, name: `${name}.mp4`, bytes });
    if (!dialogues.has(dialogue)) events.push({ ...about(), id: dialogue, type: 'dialogue-added', dialogue, project, name, utterances });
    return events as ServerEvent[];
  });
  if (log.state.files.get(file)?.received === undefined) {
    const there = await shelf.size(file); // of a server that ended in the middle
    await shelf.append(
      file,
      there,
      bytes,
      (async function* rest() {
        if (there < bytes) yield scene.film.subarray(there);
      })(),
    );
    await receive(server, file, who.id);
  }
  return where;
}

const sceneNamed = async (name: string, folder: string): Promise<Scene> => ({
  film: await readFile(join(folder, `${name}.mp4`)),
  dialogue: await readFile(join(folder, `${name}.json`), 'utf8'),
});
