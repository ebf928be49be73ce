import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ecemText, readEcem } from '../../src/data/index.ts';
import { MELD_HEADER } from '../../src/data/meld.ts';
import { writeScene } from '../support/clip.ts';
import { roomyLlava } from '../support/llava.ts';
import { famenet } from '../support/main.ts';

/** Milliseconds: seconds of work, on a machine that may have more to do. */
const PATIENCE = 600_000;
const PARTS = { train: 'train_splits', test: 'output_repeated_splits_test' } as const;

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'famenet-built-'));
  await roomyLlava(at('model'), 4096);
  for (const [i, [part, clips]] of Object.entries(PARTS).entries()) {
    await mkdir(at('meld', clips), { recursive: true });
    // The same ids in both parts, as in MELD: only the mark tells them apart.
    const table = `${MELD_HEADER}
1,Hey ${part}.,Ross,neutral,neutral,0,0,${i + 1},1,"00:10:10,000","00:10:11,000"
2,I got the ${part} job!,Monica,joy,positive,0,1,${i + 1},1,"00:10:11,000","00:10:12,000"
`;
    await writeFile(at('meld', `${part}_sent_emo.csv`), table);
    for (const utterance of [0, 1]) await writeScene(at('meld', clips, `dia0_utt${utterance}.mp4`), { seed: 1 + 2 * i + utterance });
  }
}, PATIENCE);
afterAll(() => rm(folder, { recursive: true }));

test(
  'what build writes is read as it is: predict explains its test part with its films, train learns what was written into its train part',
  async () => {
    const built = await famenet(['dataset', 'build', '--meld', at('meld'), '--out', at('set'), '--split', 'meld']);
    expect([built.code, built.stdout.split('\n')[0]]).toEqual([0, '2 dialogues, 4 utterances, 2 targets: test 1, train 1']);

    const shared = ['--modalities', 'VT', '--frames', '2', '--model', at('model'), '--cache', at('cache')];
    const predicted = await famenet(['predict', at('set'), ...shared, '--max-new', '3', '--out', at('answers.jsonl')]);
    expect([predicted.code, predicted.stdout], predicted.stderr).toEqual([0, '1 items: 1 explained, 0 kept, 0 failed\n']);
    expect(JSON.parse((await readFile(at('answers.jsonl'), 'utf8')).trim())).toMatchObject({ id: 't_0_1.mp4' });

    const learn = ['train', at('set'), ...shared, '--epochs', '1', '--batch', '1', '--json', '--out'];
    expect((await famenet([...learn, at('empty')])).stderr).toContain('[FAME_NOTHING_LEARNT]'); // nobody has explained anything yet
    const rows = await readEcem(at('set/train.json'));
    await writeFile(at('set/train.json'), ecemText(rows.map((row) => ({ ...row, cause: 'Monica got the job that she wanted.' }))));
    const trained = await famenet([...learn, at('run')]);
    expect(trained.code, trained.stderr).toBe(0);
    expect(JSON.parse(trained.stdout)).toMatchObject({ steps: 1, examples: 1, leftOut: 0, films: { made: 1 }, modalities: 'VT' });
  },
  PATIENCE,
);
