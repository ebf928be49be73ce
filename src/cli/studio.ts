import { spawn } from 'node:child_process';
import { openPages } from '../server/index.ts';
import { command, flag } from './command.ts';
import type { Out } from './out.ts';
import { SERVE_ARGS, serving } from './serving.ts';
import { builtStudio } from './studio-build.ts';

export default command({
  name: 'studio',
  about: 'Watch, annotate and judge in the browser: the server with its pages',
  examples: [
    'famenet studio',
    'famenet studio --data campaign --open',
    'famenet studio --data campaign --team --host 0.0.0.0 --origin https://annotate.example.org',
  ],
  args: { ...SERVE_ARGS, open: flag({ default: false, about: 'show it in the browser that is usual here' }) },
  run: ({ args, out, signal }) =>
    serving({
      args,
      out,
      signal,
      pages: async (origins) => {
        const folder = await builtStudio({ signal, onBuild: () => out.note('Building the studio, as its sources have changed.') });
        return openPages(folder, () => origins.map((origin) => new URL(origin).host));
      },
      onOpen: (address) => {
        if (args.open) openBrowser(address, out);
      },
    }),
});

/** What shows an address in the usual browser. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

function openBrowser(address: string, out: Out): void {
  const [program, ...words] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...words, address], { stdio: 'ignore', detached: true });
  child.once('error', () => out.note(`No browser could be opened from here. The address is ${address}`));
  child.unref();
}
