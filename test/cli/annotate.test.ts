import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { asked, sessionOf } from '../../src/cli/annotate-campaign.ts';
import { type EcemRow, ecemText, parseEcem } from '../../src/data/index.ts';
import { GUIDELINES, parseEvent, type Result } from '../../src/protocol/index.ts';
import { openStore } from '../../src/store/index.ts';
import { hasPostgres, startPostgres } from '../store/server.ts';
import { famenet } from '../support/main.ts';

const PATIENCE = 300_000; // ms: each verb flushes to the disk, which may have more to do
const SECRET = 'Cleo had hidden the violet umbrella'; // of the first draft: nobody but its writer may read it before the gate

let folder: string;
const at = (name: string) => join(folder, name);
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const model = fixture('roberta-tiny');

/** One dialogue with three emotions to explain, and pairs to try a gate on: here, a text belongs to itself. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'famenet-annotate-'));
  const said = ['Where is my umbrella?', 'I have looked everywhere.', 'Here it is!', 'You had it all along?'];
  const emotions = ['neutral', 'sadness', 'joy', 'anger'];
  const utterances = said.map((text, i) => ({ speaker: i % 2 === 0 ? 'Gita' : 'Cleo', text, emotion: emotions[i] }));
  cpSync(model, at('other'), { recursive: true }); // a model of another name has another signature
  writeFileSync(at('dialogues.jsonl'), `${JSON.stringify({ id: 'd1', utterances })}\n`);
  const causes = Array.from({ length: 70 }, (_, i) => `${WHO[i % 7]} ${DID[i % 10]}.`);
  writeFileSync(at('pairs.jsonl'), causes.map((cause, i) => `${JSON.stringify({ id: `${i}`, causes: [cause, cause] })}\n`).join(''));
});
afterAll(() => rmSync(folder, { recursive: true }));
const WHO = ['Pell', 'Mira', 'Aunt Vess', 'The baker', 'My brother', 'Our neighbour', 'Nobody'];
const DID = [
  'lost the spare key',
  'returned the last ticket',
  'was late again',
  'had sold the house',
  'sang all night',
  'broke a promise that was made to a child',
  'won',
  'forgot the birthday of a friend',
  'laughed at the present',
  'hid the letter under the stairs',
];

/** Calls verbs of `famenet annotate` on one store, and reads what they say as data. */
function commander(db: string) {
  const run = (line: string, ...more: string[]) => famenet(['annotate', ...line.split(' '), ...more, '--db', db, '--json']);
  return {
    /** What it answers; a refusal is a fault of the test. */
    async does<T = Record<string, unknown>>(line: string, ...more: string[]): Promise<T> {
      const { code, stdout, stderr } = await run(line, ...more);
      expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' });
      return JSON.parse(stdout) as T;
    },
    /** The code of the refusal. */
    async refuses(line: string, ...more: string[]): Promise<string> {
      const { code, stdout } = await run(line, ...more);
      expect({ line, code }).toEqual({ line, code: 2 });
      return (JSON.parse(stdout) as { error: { code: string } }).error.code;
    },
    run,
  };
}

/** All that the disk has of a store: its file, and the log beside it. */
const bytesOf = (store: string): string =>
  readdirSync(folder)
    .filter((name) => name.startsWith(store))
    .map((name) => readFileSync(at(name), 'latin1'))
    .join('');

const draft = (cause: string) => ['--cause', cause, '--reasoning', `Turn 0 and this turn: ${cause}`, '--turn', '0=asks for it'];
interface Status {
  readonly statuses: Readonly<Record<string, number>>;
  readonly published: { readonly majority: number; readonly discussion: number };
  readonly votes: { readonly unanimous: number };
  readonly paragraph: string;
}

test(
  'a whole campaign: training, blind drafts, gate, votes, discussion, export, copies, erasure',
  async () => {
    const { does, refuses, run } = commander(at('campaign.db'));
    const gate = ['--pairs', at('pairs.jsonl'), '--gate-model', model];

    // A gate is tried before it may decide: raw scores of a small model let everything through at 0.75.
    expect(await refuses('open', at('dialogues.jsonl'), '--as', 'lea')).toBe('ANNOTATE_GATE');
    expect(await refuses('open', at('dialogues.jsonl'), '--as', 'lea', '--gate', 'none')).toBe('ANNOTATE_GATE');
    const { stdout } = await famenet(['annotate', 'calibrate', ...gate, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ passing: { matched: 1, shuffled: 1 }, fault: { code: 'PROTOCOL_GATE_OPEN' } });
    expect(await refuses('open', at('dialogues.jsonl'), '--as', 'lea', ...gate)).toBe('PROTOCOL_GATE_OPEN');
    const opened = await does('open', at('dialogues.jsonl'), '--as', 'lea', ...gate, '--threshold', '0.99', '--training', '1');
    expect(opened).toMatchObject({ campaign: 'annotation', items: 3, policy: { gate: { threshold: 0.99 } } });

    for (const [id, ...roles] of [
      ['ann', 'annotator'],
      ['bob', 'annotator', 'voter'],
      ['vera', 'voter'],
      ['vito', 'voter'],
      ['vic', 'voter'],
      ['ada', 'adjudicator'],
    ] as const)
      await does(`invite ${id} --as lea`, ...roles.flatMap((role) => ['--role', role]));
    expect(await refuses('invite eve --role voter --as ann')).toBe('PROTOCOL_ROLE');
    expect((await does<{ people: unknown[] }>('people')).people).toHaveLength(7);

    // Practice: `next` draws the items; formal work begins when the adjudicator says so.
    expect(await refuses('draft d1_1 --as ann', ...draft('Too early.'))).toBe('PROTOCOL_UNTRAINED');
    for (const who of ['ann', 'bob']) {
      const { task } = await does<{ task: { do: string; item: string } }>(`next --as ${who}`);
      expect(task.do).toBe('practise');
      expect(await does(`draft ${task.item} --as ${who}`, ...draft('Gita had lost her umbrella.'))).toMatchObject({ practice: true });
      if (who === 'ann') {
        expect(await does('next --as ada')).toMatchObject({ task: { do: 'judge', person: 'ann' }, practice: [{ item: task.item }] });
        await does('return ann --as ada', '--note', 'name the event');
        const again = await does<{ task: { item: string } }>('next --as ann');
        await does(`draft ${again.task.item} --as ann`, ...draft('Gita missed the umbrella that Cleo held.'));
      }
      expect(await does(`approve ${who} --as ada`)).toEqual({ person: who, result: 'approved by all' });
    }

    // Two drafts, blind. The second one goes to the gate, and agrees.
    expect(await does('next --as ann')).toMatchObject({ task: { do: 'draft', item: 'd1_1', taken: true } });
    expect(await refuses('draft d1_1 --as ann --cause A --reasoning B --turn 3')).toBe('PROTOCOL_EVIDENCE'); // of a turn after it
    expect(await refuses('draft d1_1 --as ann --cause A')).toBe('USAGE_MISSING');
    expect(await refuses('draft d1_1 --as ann --cause A --reasoning B --sound 3')).toBe('USAGE_VALUE');
    await does('draft d1_1 --as ann --key first', ...draft(SECRET));
    await does('draft d1_1 --as ann --key first', ...draft(SECRET)); // sent again
    for (const who of ['bob', 'vera', 'ada', 'lea'])
      for (const line of [`next --as ${who} --peek`, `discuss d1_1 --as ${who}`]) {
        const { stdout, stderr } = await run(line);
        expect(stdout + stderr).not.toContain(SECRET);
      }
    expect(await does('next --as bob')).toMatchObject({ task: { do: 'draft', item: 'd1_1' } });
    // The key decides which of the two is 'a', and with it whose text is published: bob's, which stays when ann is erased.
    const second = await does<{ gate: string; status: string }>(`draft d1_1 --as bob --key second --gate-model ${model}`, ...draft(SECRET));
    expect(second).toMatchObject({ gate: 'voting', status: 'voting' });

    // The panel.
    expect(await refuses('vote d1_1 a --as bob')).toBe('PROTOCOL_OWN_DRAFT');
    const panel = await does<{ view: { drafts: { by?: string }[] } }>('next --as vera');
    expect(panel).toMatchObject({ task: { do: 'vote', item: 'd1_1' }, view: { drafts: [{ label: 'a' }, { label: 'b' }] } });
    expect(panel.view.drafts.map(({ by }) => by)).toEqual([undefined, undefined]);
    expect(await refuses('vote d1_1 a --as vera --round 2')).toBe('PROTOCOL_ROUND');
    await does('vote d1_1 a --as vera --key v1', '--note', 'clearer');
    await does('vote d1_1 a --as vera --key v1', '--note', 'clearer'); // sent again
    expect(await refuses('vote d1_1 b --as vera --key v1')).toBe('PROTOCOL_ID_TWICE');
    expect(await does('vote d1_1 a --as vito')).toMatchObject({ status: 'voting' });
    expect(await does('vote d1_1 b --as vic')).toMatchObject({ status: 'published', view: { published: { how: 'majority' } } });

    // Without the model, a pair waits and is called ungated; measured, it differs, and is discussed.
    await does('draft d1_2 --as ann', ...draft('Gita found her umbrella under the stairs.'));
    const ungated = await run('draft d1_2 --as bob', ...draft('won'));
    expect(JSON.parse(ungated.stdout)).toMatchObject({ gate: 'ungated', status: 'drafted' });
    expect(ungated.stderr).toContain('Ungated: d1_2');
    expect((await famenet(['annotate', 'status', '--db', at('campaign.db')])).stdout).toContain('1 ungated: both drafts are there');
    expect(await refuses('gate', '--gate-model', at('other'))).toBe('PROTOCOL_SIGNATURE');
    const { gated } = await does<{ gated: { score: number }[] }>('gate', '--gate-model', model);
    expect(gated).toMatchObject([{ item: 'd1_2', state: 'discussing' }]);
    expect(gated[0]!.score).toBeLessThan(0.99);
    await does('discuss d1_2 --as ann', '--say', 'What was won?');
    expect(await does('discuss d1_2 --as bob')).toMatchObject({
      view: { discussion: { messages: [{ by: 'ann', text: 'What was won?' }] } },
    });
    const better = { cause: 'Cleo had found what Gita missed.', reasoning: 'Turns 0 and 2.', evidence: evidenceOf(2) };
    writeFileSync(at('better.json'), JSON.stringify(better));
    await does('revise d1_2 --as bob --key better', '--file', at('better.json'));
    expect(await refuses('accept d1_2 worse --as ann')).toBe('PROTOCOL_TEXT');
    expect(await does('accept d1_2 better --as ann')).toMatchObject({ status: 'published' });

    // Seats, conflicts, and an item that leaves.
    await does('next --as ann');
    await does('release d1_3 draft --as ann');
    await does('conflict ann --item d1_3 --as ann', '--reason', 'I was there');
    expect(await refuses('draft d1_3 --as ann', ...draft('A.'))).toBe('PROTOCOL_CONFLICT');
    await does('draft d1_3 --as bob', ...draft('Cleo had it.'));
    await does('retract d1_3 --as bob');
    await does('next --as bob');
    await does('reassign d1_3 draft bob --as lea', '--reason', 'bob is ill');
    await does('withdraw d1_3 --as lea', '--reason', 'no annotators left');
    writeFileSync(at('new.md'), '# Be brief\n');
    await does('guidelines --publish', at('new.md'), '--version', '2', '--as', 'lea');
    expect(await does('guidelines')).toEqual({ version: '2', text: '# Be brief\n', versions: ['1', '2'] });
    expect(await does('guidelines --version 1')).toMatchObject({ text: GUIDELINES.text });

    const status = await does<Status>('status --items');
    expect(status).toMatchObject({
      statuses: { open: 0, published: 2, withdrawn: 1 },
      published: { majority: 1, discussion: 1 },
      votes: { panels: 1, unanimous: 0 },
      each: [
        { item: 'd1_1', status: 'published' },
        { item: 'd1_2', status: 'published' },
        { item: 'd1_3', status: 'withdrawn' },
      ],
    });
    expect(status.paragraph).toContain('Of 3 items 2 are published, 1 by majority and 1 by discussion; 1 were withdrawn.');

    // What was published, as ECEM and with all that led to it.
    await does('export --out', at('ecem.json'), '--details', at('published.jsonl'));
    expect(parseEcem(readFileSync(at('ecem.json'), 'utf8'), 'ecem.json')).toEqual([
      { id: 1, video: 'd1_1.mp4', emotion: 'sadness', speaker: 'Cleo', text: 'I have looked everywhere.', cause: SECRET },
      { id: 2, video: 'd1_2.mp4', emotion: 'joy', speaker: 'Gita', text: 'Here it is!', cause: better.cause },
    ]);
    const details = readFileSync(at('published.jsonl'), 'utf8').trim().split('\n');
    const [first] = details.map((line) => JSON.parse(line) as Result);
    expect(first).toMatchObject({ how: 'majority', measured: { threshold: 0.99, passed: true }, votes: [{}, {}, {}] });
    expect(first!.measured!.signature).toMatch(/^bertscore\|model:roberta-tiny_L2_[0-9a-f]{12}\|part:F1\|idf:false\|rescaled:false/);

    // A dump, restored elsewhere, is the same campaign.
    await does('dump --out', at('events.jsonl'));
    const copy = commander(at('copy.db'));
    for (const _ of [1, 2]) await copy.does('restore', at('events.jsonl'));
    expect(await copy.does('status --items')).toEqual(status);

    // Erasure, and what is given away afterwards.
    await does('close --as lea');
    expect(await refuses('discuss d1_2 --as ann --say more')).toBe('PROTOCOL_CLOSED');
    expect(bytesOf('campaign.db')).toMatch(/"ann"/);
    const erased = await does('erase ann --as lea --texts --key out-ann');
    expect(erased).toMatchObject({ events: [{ type: 'erased' }], changed: expect.any(Number) });
    expect(bytesOf('campaign.db')).not.toMatch(/"ann"|What was won/); // not in pages that were freed either
    expect(await does('erase ann --as lea --texts --key out-ann')).toMatchObject({ events: [], changed: 0 });
    expect(JSON.stringify(await does('people'))).not.toContain('"ann"');
    await does('dump --redacted --out', at('public.jsonl'));
    expect(readFileSync(at('public.jsonl'), 'utf8')).not.toMatch(/"ann"|What was won/);
    await commander(at('public.db')).does('restore', at('public.jsonl'));
    expect((await commander(at('public.db')).does<Status>('status')).statuses).toEqual(status.statuses);

    // One that was cut off before the words left the disk is carried out with the next one, also where that is refused.
    const store = await openStore(at('campaign.db'), { eventOf: parseEvent });
    const session = await sessionOf(store, 'annotation');
    await session.carryOut(() => asked('erase', session, { as: 'lea', key: 'out-vito' }, { person: 'vito', texts: false }));
    await store.close();
    expect(bytesOf('campaign.db')).toMatch(/"vito"/);
    expect(await refuses('erase nobody --as lea')).toBe('PROTOCOL_PERSON');
    expect(bytesOf('campaign.db')).not.toMatch(/"vito"/);
  },
  PATIENCE,
);

const evidenceOf = (turn: number) => ({ text: [{ turn }], sound: [], picture: [], faces: [], nothing: [] });

const ROWS: readonly EcemRow[] = (['joy', 'anger'] as const).map((emotion, i) => ({
  id: i + 1,
  video: `480_${i}.mp4`,
  emotion,
  speaker: 'Ross',
  text: 'Oh my God!',
  cause: 'Whatever was written before.',
}));

const KINDS = [
  { kind: 'SQLite', present: true },
  { kind: 'PostgreSQL', present: hasPostgres() },
];
describe.each(KINDS)('in $kind', ({ kind, present }) => {
  test.skipIf(!present)(
    'a campaign on statements of ECEM without a gate: every pair is discussed, evidence of every modality is asked for',
    async () => {
      const server = kind === 'SQLite' ? undefined : await startPostgres();
      const { does, refuses, run } = commander(server?.url ?? at('ecem.db'));
      try {
        mkdirSync(at(kind)); // of its own: the dialogues beside a file of statements are theirs
        writeFileSync(at(`${kind}/train.json`), ecemText(ROWS));
        const campaign = ['--campaign', `c${process.pid}-${Date.now()}`];
        const open = ['--as', 'lea', '--gate', 'none', '--reason', 'a pilot', '--training', '0'];
        await does('open', at(`${kind}/train.json`), ...open, ...campaign);
        for (const id of ['ann', 'bob']) await does(`invite ${id} --role annotator --as lea`, ...campaign);
        const seen = [
          ...['--turn', '0', '--sound', '0.5-1=a shout', '--picture', '1-2=he opens a box'],
          ...['--face', '1@1.5=he smiles', '--cause', 'Ross opened a box and found the present.', '--reasoning', 'He smiles at it.'],
        ];
        expect(await refuses('draft 480_0 --as ann', '--cause', 'A', '--reasoning', 'B', '--turn', '0', ...campaign)).toBe(
          'PROTOCOL_EVIDENCE',
        );
        await does('draft 480_0 --as ann', ...seen, ...campaign);
        const { stdout } = await run(
          'draft 480_0 --as bob --cause Fun. --reasoning Fun. --turn 0 --nothing sound --nothing picture',
          ...campaign,
        );
        expect(JSON.parse(stdout)).toMatchObject({ gate: null, status: 'discussing' });
        const { view } = await does<{ view: { drafts: { label: string; own: boolean }[] } }>('discuss 480_0 --as ann', ...campaign);
        const mine = view.drafts.find(({ own }) => own)!.label;
        await does(`accept 480_0 ${mine} --as ann`, ...campaign);
        expect(await does(`accept 480_0 ${mine} --as bob`, ...campaign)).toMatchObject({ view: { published: { how: 'discussion' } } });
        await does('export --out', at(`${kind}.json`), ...campaign);
        expect(parseEcem(readFileSync(at(`${kind}.json`), 'utf8'), 'out')).toEqual([
          { ...ROWS[0], cause: 'Ross opened a box and found the present.' },
        ]);
        expect(await refuses('status --campaign none')).toBe('ANNOTATE_CAMPAIGN');
      } finally {
        await server?.stop();
      }
    },
    PATIENCE,
  );
});

test('the help page, and what a person reads', async () => {
  vi.stubEnv('DATABASE_URL', at('read.db'));
  const say = async (...words: string[]) => (await famenet(['annotate', ...words])).stdout;
  expect(await say('open', at('dialogues.jsonl'), '--as', 'lea', '--gate', 'none', '--reason', 'a pilot', '--training', '0')).toBe(
    'annotation: 3 items, guidelines 1, no gate\n',
  );
  await say('invite', 'ann', '--role', 'annotator', '--as', 'lea');
  expect(await say('next', '--as', 'ann')).toBe(`Draft d1_1: famenet annotate draft d1_1

  0  Gita: Where is my umbrella?
  1  Cleo: I have looked everywhere.
  d1_1: why do viewers read sadness in Cleo, who says "I have looked everywhere."?
  Evidence is looked for in text.
`);
  expect(await say('status')).toMatch(/^annotation: 2 open, 1 drafting, 0 drafted, 0 voting, 0 discussing, 0 published, 0 withdrawn\n/);
  expect(await say('--help')).toMatch(/^famenet annotate: Lead a campaign[^\n]+\n\nUsage\n/);
  vi.unstubAllEnvs();
});

test('a store without a campaign, and one in which others are always faster, say so', async () => {
  const file = at('busy.db');
  const store = await openStore(file, { eventOf: parseEvent });
  const session = await sessionOf(store, 'c');
  const policy = { voters: 3, gate: { none: 'a pilot' }, training: { items: 0, roles: [] } };
  const lea = { as: 'lea', key: undefined };
  await session.carryOut(() => asked('open', session, lea, { title: 'c', name: 'Lea', policy, guidelines: GUIDELINES, seed: 1 }));
  // Another session that writes between each look of this one and its write.
  const other = await sessionOf(store, 'c');
  let n = 0;
  const hurried = await sessionOf(
    {
      ...store,
      async append(campaign, events, options) {
        const person = `p${n++}`;
        if (n !== 3) await other.carryOut(() => asked('invite', other, lea, { person, name: person, roles: ['voter'] }));
        return store.append(campaign, events, options);
      },
    },
    'c',
  );
  const invite = (person: string) => hurried.carryOut(() => asked('invite', hurried, lea, { person, name: person, roles: ['annotator'] }));
  expect(await invite('ann')).toMatchObject([{ type: 'invited', person: 'ann' }]); // the third time, nobody was faster
  expect([...hurried.campaign.people.keys()]).toEqual(['lea', 'p0', 'p1', 'ann']);
  await expect(invite('bob')).rejects.toMatchObject({ code: 'DESK_BUSY' });
  expect(hurried.campaign.people.has('bob')).toBe(false);
  await store.close();
  const empty = await openStore(at('empty.db'), { eventOf: parseEvent });
  await empty.close();
  expect(await commander(at('empty.db')).refuses('status')).toBe('ANNOTATE_CAMPAIGN');
  expect(await commander(at('nowhere.db')).refuses('status')).toBe('FILE_MISSING');
});
