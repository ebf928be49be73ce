import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { random } from '../../src/base/random.ts';
import { applyPatch, parsePatch } from '../../src/data/doctor/index.ts';
import { ecemText } from '../../src/data/index.ts';
import type { TextPair } from '../../src/protocol/index.ts';
import { axe, hasBrowser, NO_BROWSER, PATIENCE, type Studio, shot, studio } from './browser.ts';

const CAUSES = [
  'She got the job that she had wanted for a long time.',
  ' He did not expect to see her at the coffee house. ',
  '"Somebody took his sandwich from the fridge at work."',
  'Itâ€™s the third time that he forgot their anniversary.',
  'Was it because she left without a word?',
];
const WORDS = ['Hey!', 'I got it!', 'You did what?', 'No.', 'That is <b>mine</b>!', 'Câ€™mon, really?'];
const [SPEAKERS, EMOTIONS] = [
  ['Monica', 'Joey', 'Ross', 'Rachel'],
  ['joy', 'surprise', 'anger', 'sadness', 'fear', 'disgust'],
];
/** Statements as the authors publish theirs, some of them with what the doctor looks for. */
const ECEM = Buffer.from(
  ecemText(
    Array.from({ length: 60 }, (_, i) => ({
      id: i,
      video: `${i >> 2}_${i % 4}.mp4`,
      emotion: EMOTIONS[i % 6],
      speaker: SPEAKERS[i % 4],
      text: `${WORDS[i % 6]!.replace(/[<>]/g, '')} ${i}`,
      cause: i % 5 === 0 ? `${CAUSES[0]!.slice(0, -1)}, the ${i}th one.` : CAUSES[i % 5],
    })) as never,
  ),
);
const chance = random(3);
/** Texts of two people about the same things: the more of their words are alike, the higher the score. */
const PAIRS = Array.from({ length: 80 }, (_, i) => {
  const words = Array.from({ length: 8 }, (_, k) => `word${i * 8 + k}`);
  const other = words.map((word, k) => (chance.next() < 0.12 + 0.05 * (k % 3) ? `other${i}${k}` : word));
  return `${JSON.stringify({ id: `${i}`, causes: [`the ${words.join(' ')}`, `the ${other.join(' ')}`] })}\n`;
}).join('');
const share = ([a, b]: TextPair): number => {
  const [one, two] = [new Set(a.split(' ')), new Set(b.split(' '))];
  return (2 * [...one].filter((word) => two.has(word)).length) / (one.size + two.size);
};

describe.skipIf(!hasBrowser())(`the Data view${hasBrowser() ? '' : ` (${NO_BROWSER})`}`, { timeout: 2 * PATIENCE }, () => {
  let it: Studio;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'famenet-data-'));
    it = await studio({
      measure: async () => ({ signature: 'words|shared', score: async (pairs: readonly TextPair[]) => pairs.map(share) }),
    });
    await it.ask(undefined, 'POST', '/projects', { title: 'Friends <i>', purpose: 'research' });
  }, PATIENCE);
  afterAll(async () => {
    await it.end();
    await rm(folder, { recursive: true });
  }, PATIENCE);

  /** Sends a file by the button that people press. */
  async function send(page: Page, name: string, content: Buffer | string): Promise<void> {
    await writeFile(join(folder, name), content);
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Send a data set' }).click()]);
    await chooser.setFiles(join(folder, name));
  }
  const both = async (page: Page, name: string, path: string, seen: string) => {
    await shot(page, `${name}-1280`);
    for (const [width, height, dark] of [
      [768, 1024, false],
      [1280, 800, true],
    ] as const) {
      const other = await it.page(undefined, path, { width, height, dark });
      await other.locator(seen).first().waitFor();
      await axe(other);
      await shot(other, `${name}-${width}${dark ? '-dark' : ''}`);
      await other.context().close();
    }
  };

  test('a data set is sent, examined, decided by keys, and its repairs are taken as a patch', async () => {
    const page = await it.page(undefined, '/data');
    await page.getByText('No data set yet').waitFor();
    await axe(page);
    await shot(page, 'data-empty');
    await send(page, 'broken.json', '[{"id": 1, "conv');
    const refused = page.getByRole('alert');
    await refused.waitFor();
    expect(await refused.textContent()).toContain('What to do');
    await send(page, 'train.json', ECEM);
    await page.getByRole('link', { name: 'train.json' }).click();
    await page.getByText('Nobody has looked at it yet').waitFor();
    await page.getByRole('button', { name: 'Examine it' }).click();
    const rows = page.locator('.finding');
    await rows.first().waitFor();
    await axe(page);
    await page.getByRole('button', { name: /^mojibake/ }).click();
    await expect.poll(() => rows.count(), { timeout: PATIENCE / 4 }).toBeLessThan(40);
    const before = await rows.count();
    expect(await rows.first().locator('ins').first().textContent()).toContain('’');
    await page.keyboard.press('a');
    await rows.first().getByText('accepted').waitFor();
    await page.keyboard.press('r');
    await rows.nth(1).getByText('refused').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('k');
    await page.keyboard.press('u');
    await rows.nth(1).getByText('refused').waitFor({ state: 'detached' });
    await page.keyboard.press('k');
    await page.keyboard.press('a');
    await rows.nth(1).getByText('accepted').waitFor();
    expect(await rows.count()).toBe(before);
    await page.getByRole('button', { name: /^All/ }).click();
    await page.getByLabel('Decided').selectOption('accepted');
    await expect.poll(() => rows.count(), { timeout: PATIENCE / 4 }).toBe(2);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download the patch' }).click()]);
    expect(download.suggestedFilename()).toBe('repairs.json');
    const { repairs } = applyPatch(parsePatch(await readFile(await download.path(), 'utf8'), 'repairs.json'), ECEM, 'train.json');
    expect(repairs).toBe(2);
    await page.getByLabel('Decided').selectOption('');
    await rows.nth(5).waitFor();
    await both(page, 'data-findings', new URL(page.url()).pathname, '.finding');
    await page.getByRole('link', { name: 'Data sets', exact: true }).click();
    await page.getByRole('link', { name: 'train.json' }).waitFor();
    await axe(page);
    await shot(page, 'data-sets');
  });

  test('statistics: each chart has its table beside it', async () => {
    const page = await it.page(undefined, '/data');
    await page.getByRole('link', { name: 'train.json' }).click();
    await page.getByRole('link', { name: 'Statistics' }).click();
    await page.getByRole('button', { name: 'Count it' }).click();
    const chart = page.getByRole('img', { name: /Share of each emotion|share of each emotion/ });
    await chart.waitFor();
    await expect
      .poll(() => chart.evaluate((img) => (img as HTMLImageElement).naturalWidth), { timeout: PATIENCE / 4 })
      .toBeGreaterThan(100);
    await page
      .getByRole('table', { name: /^Figure 4/ })
      .getByRole('cell', { name: 'disgust' })
      .waitFor();
    await axe(page);
    await both(page, 'data-statistics', new URL(page.url()).pathname, '.statistics img');
  });

  test('a campaign is opened with a gate that was tried, and refused with one that lets everything pass', async () => {
    const talk = [
      { speaker: 'Mira', text: 'Hello.', emotion: 'neutral', start: 0, end: 1 },
      { speaker: 'Noah', text: 'I won!', emotion: 'joy', start: 1, end: 2 },
    ];
    const { projects } = it.server.log.state;
    const [project] = [...projects.keys()];
    for (const name of ['first talk.srt', 'second talk.srt'])
      await it.ask(undefined, 'POST', '/dialogues', { project, name, content: JSON.stringify(talk) });
    const page = await it.page(undefined, '/data');
    await send(page, 'pairs.jsonl', PAIRS);
    await page.getByRole('row', { name: /pairs\.jsonl/ }).waitFor();
    await page.getByRole('link', { name: 'New campaign' }).click();
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByRole('img', { name: /Scores of both kinds/ }).waitFor();
    await page.getByText('A campaign would open with this gate.').waitFor();
    const slider = page.getByRole('slider');
    await slider.focus();
    await page.keyboard.press('Home');
    await page.getByText('PROTOCOL_GATE_OPEN').waitFor();
    await axe(page);
    await page.getByLabel('Title').fill('Pilot: the first fünf!');
    await page.getByRole('checkbox', { name: 'first talk.srt' }).check();
    await page.getByRole('checkbox', { name: 'second talk.srt' }).check();
    await page.getByRole('button', { name: 'Only check it' }).click();
    const refused = page.getByRole('alert');
    await refused.waitFor();
    expect(await refused.textContent()).toContain('lets through pairs that have nothing to do with each other');
    await shot(page, 'data-gate-refused');
    await page.getByRole('button', { name: /Take the suggested/ }).click();
    await page.getByText('A campaign would open with this gate.').waitFor();
    await page.getByRole('button', { name: 'Only check it' }).click();
    await page.getByText('2 items').waitFor();
    await axe(page);
    await shot(page, 'data-campaign-1280');
    expect(await it.server.campaigns()).toEqual([]);
    await page.getByRole('button', { name: 'Open the campaign' }).click();
    await expect.poll(() => new URL(page.url()).pathname, { timeout: PATIENCE / 4 }).toMatch(/^\/annotate\/pilot-the-first-funf\/lead$/);
    const { state } = await it.server.campaign('pilot-the-first-funf');
    expect(state.items.size).toBe(2);
    expect(state.settings).toMatchObject({ title: 'Pilot: the first fünf!', policy: { gate: { signature: 'words|shared' } } });
    const other = await it.page(undefined, '/data/campaign', { width: 768, height: 1024, dark: true });
    await other.getByRole('radio', { name: /A gate that was tried/ }).check();
    await other.getByRole('img', { name: /Scores of both kinds/ }).waitFor();
    await axe(other);
    await shot(other, 'data-campaign-768-dark');
  });
});
