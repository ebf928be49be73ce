import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A server of PostgreSQL that lives as long as a test file: its address, and how to end it. */
export interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

/** Why there is none here. */
export const NO_POSTGRES = 'no PostgreSQL here: set FAMENET_TEST_POSTGRES, or install it (.ci/postgres)';

/** Whether `startPostgres` has something to start. */
export const hasPostgres = (): boolean => Boolean(process.env.FAMENET_TEST_POSTGRES) || binaries() !== undefined;

/**
 * The server that FAMENET_TEST_POSTGRES names (tests leave their campaigns in it), or else a new one from the installed program, in a folder of its own,
 * reachable by a socket in it only.
 */
export async function startPostgres(): Promise<Server> {
  const given = process.env.FAMENET_TEST_POSTGRES;
  if (given) return { url: given, stop: async () => {} };
  const bin = binaries()!;
  const folder = mkdtempSync(join(tmpdir(), 'famenet-pg-'));
  // The program refuses to run as root, so it then runs as the user that its package made.
  const user = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const options = { cwd: folder, stdio: 'ignore', ...user } as const;
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'famenet', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], options);
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-k', folder, '-c', 'listen_addresses='], options);
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  for (let tries = 0; !existsSync(join(folder, '.s.PGSQL.5432')) && tries < 200; tries++) await setTimeout(50);
  return {
    url: `postgres://famenet@localhost/postgres?host=${encodeURIComponent(folder)}`,
    async stop() {
      server.kill('SIGQUIT'); // at once: nothing in it is wanted any more
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The folder of `initdb` and `postgres`: in PATH, or where Debian puts them. */
function binaries(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...(existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : []),
  ];
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))));
}

const idOf = (option: '-u' | '-g'): number => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
