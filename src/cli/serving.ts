/** What `famenet serve` and `famenet studio` share: the same server, with or without pages for people with browsers. */
import { basename } from 'node:path';
import { MINI, miniFolder } from '../fame/mini.ts';
import { explainerOf, firstInvitation, isLoopback, LIMITS, LOOPBACK, listen, openServer, type Pages } from '../server/index.ts';
import { MODEL_ARG, openScorer, scorerNamed } from './annotate-gate.ts';
import { flag, integer, list, number, path, text, type Values } from './command.ts';
import type { Out } from './out.ts';

const GB = 2 ** 30;

export const SERVE_ARGS = {
  data: path({ default: 'famenet-data', about: 'folder of all that is kept' }),
  db: text({ env: 'DATABASE_URL', about: 'store of the annotation, where it is not in that folder: a file, or postgres://…' }),
  port: integer({ min: 0, max: 65_535, default: 4777, about: 'port; 0 takes a free one' }),
  host: text({ default: '127.0.0.1', about: 'address to listen at; others than this machine only with --team' }),
  team: flag({ default: false, about: 'accounts with passwords and roles; without it, whoever is at this machine is the owner' }),
  origin: list(text(), { about: 'address under which people come, like https://annotate.example.org: where a proxy is in front' }),
  model: path({ default: MINI, env: 'FAMENET_MODEL', about: 'folder of the network that explains; mini comes with famenet' }),
  compare: list(path({ mustExist: true, is: 'folder' }), { about: 'folders of more networks that may be asked, to compare' }),
  ...MODEL_ARG,
  speech: path({
    mustExist: true,
    is: 'folder',
    env: 'FAMENET_SPEECH',
    about: 'folder of speech models, by which transcripts are compared with films',
  }),
  metricsToken: text({ env: 'FAMENET_METRICS_TOKEN', about: 'word by which Prometheus may read /metrics, as Bearer; owners may without' }),
  queue: integer({ min: 1, max: 64, default: 1, about: 'explanations at once' }),
  maxFile: number({ min: 0.001, default: LIMITS.file / GB, about: 'largest film (GiB)' }),
  quota: number({ min: 0.001, default: LIMITS.quota / GB, about: 'films of one account (GiB)' }),
} as const;

interface Serving {
  readonly args: Values<typeof SERVE_ARGS>;
  readonly out: Out;
  readonly signal: AbortSignal;
  /** Makes what people with browsers get; it knows under which addresses they come. */
  readonly pages?: ((origins: readonly string[]) => Promise<Pages>) | undefined;
  /** Called when it listens. */
  readonly onOpen?: ((address: string) => void) | undefined;
}

/** Serves until it is asked to end. @throws codes of `openServer`, `listen` and of `pages` */
export async function serving({ args, out, signal, pages, onOpen }: Serving): Promise<void> {
  const { data, db, team, host, port, model, gateModel, speech } = args;
  const origins: string[] = args.origin.map((origin) => new URL(origin).origin);
  const page = pages?.(origins);
  page?.catch(() => {}); // awaited below, after what opens meanwhile
  const { server, close } = await openServer({
    data,
    db,
    mode: team ? 'team' : 'local',
    origins,
    explainer: explainerOf(basename(model), async () => (model === MINI ? miniFolder() : model)),
    others: args.compare.map((folder) => explainerOf(basename(folder), async () => folder)),
    scorer: gateModel === undefined ? undefined : (signature) => scorerNamed(gateModel, signature),
    measure:
      gateModel === undefined ? undefined : ({ rescale }) => openScorer(gateModel, { layer: undefined, rescale, baseline: undefined }),
    speech: speech === undefined ? undefined : async () => (await import('../speech/index.ts')).engineSpeech(speech),
    metricsToken: args.metricsToken,
    limits: { file: args.maxFile * GB, quota: args.quota * GB },
    queue: { atOnce: args.queue },
    onBug: (error) => out.note(error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
  });
  try {
    const listening = await listen(server, { host, port, pages: await page });
    // Only now is the port known, where it was for the system to choose.
    origins.push(
      ...(isLoopback(host) ? LOOPBACK : [host]).map((name) => `http://${name.includes(':') ? `[${name}]` : name}:${listening.port}`),
    );
    const address = origins[0]!;
    const invitation = team ? await firstInvitation(server) : undefined;
    out.note(`Serving ${data} at ${address}${team ? '' : ', to this machine only'}. Ctrl-C ends it.`);
    if (invitation !== undefined) out.note(`Nobody has an account yet. The owner joins with this word, once, within a week: ${invitation}`);
    onOpen?.(address);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve());
    });
    await Promise.all([listening.close(), server.jobs.close()]); // streams end with their jobs
  } finally {
    await close();
  }
}
