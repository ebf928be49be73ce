/** `npm run -s bench -- train|decode|prefill|clip [--json] [options]`: one question each; figures are ratios taken in one run. */
import { parseArgs } from 'node:util';
import { machine, printReport, type Report, versions } from './report.ts';

/** What a benchmark is told and gives. `note` goes to stderr. */
export interface Bench {
  readonly about: string;
  run(o: BenchOptions): Promise<Pick<Report, 'figures' | 'ratios' | 'versions'>>;
}

export interface BenchOptions {
  readonly threads: number;
  /** Smaller shapes and fewer runs: a look, not a measurement. */
  readonly quick: boolean;
  /** Also run the other engine (needs bench/peers installed). */
  readonly peers: boolean;
  readonly note: (line: string) => void;
}

const BENCHES: Readonly<Record<string, () => Promise<{ readonly default: Bench }>>> = {
  train: () => import('./train.ts'),
  decode: () => import('./decode.ts'),
  prefill: () => import('./decode.ts'),
  clip: () => import('./clip.ts'),
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
