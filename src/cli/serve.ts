import { basename } from 'node:path';
import { MINI, miniFolder } from '../fame/mini.ts';
import { explainerOf, firstInvitation, isLoopback, LIMITS, LOOPBACK, listen, openServer } from '../server/index.ts';
import { MODEL_ARG, scorerNamed } from './annotate-gate.ts';
import { command, flag, integer, list, number, path, text } from './command.ts';

const GB = 2 ** 30;

export default command({
  name: 'serve',
  about: 'Serve annotation, ratings, films and explanations to this machine or to a team',
  examples: ['famenet serve --data campaign', 'famenet serve --data campaign --team --host 0.0.0.0 --origin https://annotate.example.org'],
  args: {
    data: path({ default: 'famenet-data', about: 'folder of all that is kept' }),
    db: text({ env: 'DATABASE_URL', about: 'store of the annotation, where it is not in that folder: a file, or postgres://…' }),
    port: integer({ min: 0, max: 65_535, default: 4777, about: 'port; 0 takes a free one' }),
    host: text({ default: '127.0.0.1', about: 'address to listen at; others than this machine only with --team' }),
    team: flag({ default: false, about: 'accounts with passwords and roles; without it, whoever is at this machine is the owner' }),
    origin: list(text(), { about: 'address under which people come, like https://annotate.example.org: where a proxy is in front' }),
    model: path({ default: MINI, env: 'FAMENET_MODEL', about: 'folder of the network that explains; mini comes with famenet' }),
    ...MODEL_ARG,
    queue: integer({ min: 1, max: 64, default: 1, about: 'explanations at once' }),
    maxFile: number({ min: 0.001, default: LIMITS.file / GB, about: 'largest film (GiB)' }),
    quota: number({ min: 0.001, default: LIMITS.quota / GB, about: 'films of one account (GiB)' }),
  },
  async run({ args, out, signal }) {
    const { data, db, team, host, port, model, gateModel } = args;
    const origins: string[] = args.origin.map((origin) => new URL(origin).origin);
    const { server, close } = await openServer({
      data,
      db,
      mode: team ? 'team' : 'local',
      origins,
      explainer: explainerOf(basename(model), async () => (model === MINI ? miniFolder() : model)),
      scorer: gateModel === undefined ? undefined : (signature) => scorerNamed(gateModel, signature),
      limits: { file: args.maxFile * GB, quota: args.quota * GB },
      queue: { atOnce: args.queue },
      onBug: (error) => out.note(error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
    });
    try {
      const listening = await listen(server, { host, port });
      // Only now is the port known, where it was for the system to choose.
      origins.push(
        ...(isLoopback(host) ? LOOPBACK : [host]).map((name) => `http://${name.includes(':') ? `[${name}]` : name}:${listening.port}`),
      );
      const address = origins[0]!;
      const invitation = team ? await firstInvitation(server) : undefined;
      out.note(`Serving ${data} at ${address}${team ? '' : ', to this machine only'}. Ctrl-C ends it.`);
      if (invitation !== undefined)
        out.note(`Nobody has an account yet. The owner joins with this word, once, within a week: ${invitation}`);
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve());
      });
      await Promise.all([listening.close(), server.jobs.close()]); // streams end with their jobs
    } finally {
      await close();
    }
  },
});
