/** Ours, in a process of its own, so that the start and the peak memory are those of one task: `metrics-run.ts lexical|meteor PAIRS [TABLE]`. */
import { readFileSync } from 'node:fs';
import { bleu, ciderD, type Item, measure, meteor, openParaphrases, openWordNet, rougeL } from '../src/metrics/index.ts';

const [task, pairs, table] = process.argv.slice(2);
const split = (tokens: string) => tokens.split(' ');
const items = readFileSync(pairs!, 'utf8')
  .trim()
  .split('\n')
  .map((line, i): Item => {
    const { hyp, refs } = JSON.parse(line) as { hyp: string; refs: string[] };
    return { id: `${i}`, hyp, refs, hypTokens: split(hyp), refTokens: refs.map(split) };
  });
const began = performance.now();
const before = process.cpuUsage();
const metrics =
  task === 'lexical'
    ? [...([1, 2, 3, 4] as const).map((order) => bleu({ order })), rougeL(), ciderD()]
    : await Promise.all([openWordNet(), openParaphrases(table!)]).then(([wordnet, paraphrases]) => [meteor({ wordnet, paraphrases })]);
const scores: Record<string, number> = {};
for (const metric of metrics) scores[metric.name] = (await measure(metric, items, { tokenizer: 'whitespace' })).score;
// The clock of a process begins with the process: METEOR's time has Node's start and the loading of TypeScript in it, as the jar's has Java's.
const seconds = (performance.now() - (task === 'lexical' ? began : 0)) / 1000;
const { user, system } = process.cpuUsage(task === 'lexical' ? before : undefined);
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
console.log(
  JSON.stringify({ name: 'famenet', figures: { seconds, cpuSeconds: (user + system) / 1e6, scores, peakMegabytes }, versions: {} }),
);
