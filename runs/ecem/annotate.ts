/**
 * Three scripted annotators run the protocol to its end: `tsx runs/ecem/annotate.ts TARGETS MELD MODEL OUT`. Training, two blind drafts of each item, a gate that was
 * calibrated before, votes where the drafts agree, a revision that both accept where they do not. Everything goes through `famenet annotate`, each verb in this process.
 * What they write is made up: it shows that the machinery runs, and nothing about people. OUT/annotations.db is new each time.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTextFile } from '../../src/base/atomic.ts';
import annotate from '../../src/cli/annotate.ts';
import { createOut } from '../../src/cli/out.ts';
import type { ItemView, Task } from '../../src/protocol/index.ts';

const [targets, meld, model, out] = process.argv.slice(2);
if (targets === undefined || meld === undefined || model === undefined || out === undefined)
  throw new Error('usage: annotate.ts TARGETS MELD MODEL OUT');

const db = join(out, 'annotations.db');
const signal = new AbortController().signal;

/** One verb of `famenet annotate`, and what it answers with `--json`. */
async function does<T>(...words: string[]): Promise<T> {
  let said = '';
  const stdout = { write: (text: string) => (said += text) };
  await annotate.start([...words, '--db', db], {
    called: 'famenet annotate',
    out: createOut({ stdout, stderr: { write: () => 0 }, json: true }),
    signal,
  });
  return JSON.parse(said) as T;
}

/** What a person writes about an item. Of every second item all write the same, of the others each something else. */
function writing(by: string, { item: { id, speaker = 'The speaker', utterance = 0 } }: ItemView): string[] {
  const agreed = [...id].reduce((sum, sign) => sum + sign.charCodeAt(0), 0) % 2 === 0;
  const cause = agreed ? `${speaker} answers what the other one has just said.` : DIFFERENT[by]!.replaceAll('NAME', speaker);
  return [
    '--cause',
    cause,
    '--reasoning',
    'The words of this turn say so.',
    '--turn',
    `${utterance}=what is said`,
    '--nothing',
    'sound',
    '--nothing',
    'picture',
  ];
}
const DIFFERENT: Readonly<Record<string, string>> = {
  ann: 'NAME had hoped for something else, and says so.',
  bob: 'The other one has brought a thing that NAME has wanted for a long time.',
  cem: 'won',
};

/** Pairs of texts that belong together, for the calibration: here, a text and itself. A small made model tells no more than that. */
const PAIRS = ['Pell', 'Mira', 'Aunt Vess', 'The baker', 'My brother', 'Our neighbour', 'Nobody'].flatMap((who) =>
  [
    'lost the spare key',
    'returned the last ticket',
    'was late again',
    'had sold the house',
    'sang all night',
    'broke a promise',
    'won',
    'forgot a birthday',
    'laughed at the present',
    'hid the letter',
  ].map((did) => `${who} ${did}.`),
);

await mkdir(out, { recursive: true });
for (const end of ['', '-wal', '-shm']) await rm(db + end, { force: true });
const pairs = join(out, 'pairs.jsonl');
await writeTextFile(pairs, PAIRS.map((cause, i) => `${JSON.stringify({ id: `${i}`, causes: [cause, cause] })}\n`).join(''));

const gate = ['--pairs', pairs, '--gate-model', model, '--threshold', '0.99'];
const opened = await does<{ items: number }>('open', targets, '--meld', meld, '--as', 'lea', ...gate, '--voters', '1', '--training', '2');
const people = ['ann', 'bob', 'cem'];
for (const who of people) await does('invite', who, '--as', 'lea', '--role', 'annotator', '--role', 'voter');
await does('invite', 'ada', '--as', 'lea', '--role', 'adjudicator');

/** One thing that a person does. False where there is nothing to do now. */
async function step(who: string): Promise<boolean> {
  const { task, view } = await does<{ task: Task; view: ItemView | null }>('next', '--as', who);
  if (task.do === 'wait') return false;
  if (task.do === 'judge') await does('approve', task.person, '--as', who);
  if (task.do === 'practise' || task.do === 'draft')
    await does('draft', task.item, '--as', who, '--gate-model', model!, ...writing(who, view!));
  if (task.do === 'vote') await does('vote', task.item, 'a', '--as', who);
  if (task.do === 'discuss') {
    const [better] = view!.discussion?.revisions ?? [];
    if (better === undefined) {
      await does('discuss', task.item, '--as', who, '--say', 'Let us keep to what is said.');
      await does('revise', task.item, '--as', who, ...writing('ann', view!));
    } else await does('accept', task.item, better.id, '--as', who);
  }
  return true;
}

for (let busy = true; busy; ) {
  busy = false;
  for (const who of [...people, 'ada']) if (await step(who)) busy = true;
}
const status = await does<{ statuses: Readonly<Record<string, number>>; paragraph: string }>('status');
console.log(status.paragraph);
const published = status.statuses.published ?? 0;
console.log(`${published} of ${opened.items} items are published`);
process.exitCode = published === opened.items ? 0 : 1;
