/** `npm run -s bench -- train|decode|prefill|clip|faces|explain|annotators|build [--json] [options]`: one question each; figures are ratios taken in one run. */
import { parseArgs } from 'node:util';
import { type Bench, machine, printReport, versions } from './report.ts';

const BENCHES: Readonly<Record<string, () => Promise<{ readonly default: Bench }>>> = {
  train: () => import('./train.ts'),
  decode: () => import('./decode.ts'),
  prefill: () => import('./decode.ts'),
  clip: () => import('./clip.ts'),
  metrics: () => import('./metrics.ts'),
  'decode-video': () => import('./decode-video.ts'),
  faces: () => import('./faces.ts'),
  explain: () => import('./explain.ts'),
  'full-size': () => import('./full-size.ts'),
  annotators: () => import('./annotators.ts'),
  build: () => import('./build.ts'),
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    threads: { type: 'string', default: '2' },
    quick: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: true },
    help: { type: 'boolean', short: 'h', default: false },
  },
  allowNegative: true,
});
const name = positionals[0] ?? '';
const load = BENCHES[name];
if (values.help || !load) {
  console.error(
    `npm run -s bench -- ${Object.keys(BENCHES).join('|')} [--json] [--threads 2] [--quick] [--no-peers]\nPeers: bench/peers/README.md`,
  );
  process.exit(values.help ? 0 : 2);
}
const note = (line: string) => console.error(line);
const result = await (await load()).default.run({ threads: Number(values.threads), quick: values.quick, peers: values.peers, note });
printReport({ name, ...result, machine: machine(), versions: { ...versions(), ...result.versions } }, values.json);
