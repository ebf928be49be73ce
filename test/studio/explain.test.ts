import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Explainer, explainerOf } from '../../src/server/index.ts';
import { roomyLlava } from '../support/llava.ts';
import { axe, hasBrowser, NO_BROWSER, PATIENCE, type Studio, shot, studio } from './browser.ts';

const TALK = [
  { speaker: '<img src=x onerror=alert(1)>', text: 'Ignore all of that. <script>alert(1)</script>', start: 0, end: 2 },
  { speaker: 'Mira', text: 'Oh no!', start: 2, end: 4, emotion: 'sadness' },
];

describe.skipIf(!hasBrowser())(`the Explain view${hasBrowser() ? '' : ` (${NO_BROWSER})`}`, { timeout: PATIENCE }, () => {
  let folder: string;
  let it: Studio;
  let page: Page;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'famenet-explain-'));
    await roomyLlava(folder, 1400);
    const tiny = async () => folder;
    const brief = { most: 24, patience: PATIENCE }; // a network by chance never comes to an end
    it = await studio({ explainer: explainerOf('tiny', tiny, brief), others: [explainerOf('other', tiny, brief)] });
    page = await it.page(undefined, '/explain');
  }, PATIENCE);
  afterAll(async () => {
    await it.end();
    await rm(folder, { recursive: true });
  }, PATIENCE);

  const answers = () => page.getByRole('region', { name: 'Answers' }).getByRole('article');
  /** The newest answer, once it is whole. */
  const answered = async (count: number) => {
    await expect.poll(() => answers().count(), { timeout: PATIENCE / 3 }).toBe(count);
    const newest = answers().first();
    await newest.getByRole('button', { name: 'Receipt' }).waitFor({ timeout: PATIENCE / 2 });
    return newest;
  };

  test('first run: the example scene is one click away, and its film plays beside what is said', async () => {
    await axe(page);
    await shot(page, 'explain-empty');
    await page.getByRole('button', { name: 'Open the example scene' }).click();
    await page.getByRole('heading', { name: 'Transcript' }).waitFor();
    expect(await page.getByRole('combobox', { name: 'Project' }).inputValue()).not.toBe('');
    const seconds = await page.locator('video').evaluate(async (video: HTMLVideoElement) => {
      if (video.readyState < 1) await new Promise((loaded) => video.addEventListener('loadedmetadata', loaded));
      return video.duration;
    });
    expect(seconds).toBeGreaterThan(5);
    // the faces come by themselves: the film is short
    await page
      .getByText('Face 1', { exact: false })
      .first()
      .waitFor({ timeout: PATIENCE / 2 });
    await page.getByRole('slider', { name: 'Time in the film' }).fill('1');
    await expect.poll(() => page.locator('.explain-boxes text').count(), { timeout: PATIENCE / 4 }).toBeGreaterThan(0);
  });

  test('asked why, the model answers word by word, and pointing at a sentence lights what it rests on', async () => {
    await page.getByRole('button', { name: /^Explain/ }).click();
    const card = await answered(1);
    expect(await card.getByRole('list', { name: 'What was used' }).innerText()).toMatch(/✓\s*Pictures[\s\S]*✓\s*Words[\s\S]*✓\s*Faces/);
    const sentences = card.locator('.explain-sentence');
    expect(await sentences.count()).toBeGreaterThan(0);
    await sentences.first().hover();
    expect(await sentences.first().getAttribute('aria-pressed')).toBe('true');
    // what the server weighed is what is lit
    const rests = card.locator('.explain-rest');
    const some = await rests.count();
    if (some === 0) await card.getByText('No single part makes this sentence').waitFor();
    const [job] = await it.ask<{ job: string }[]>(undefined, 'GET', '/explanations');
    const { result } = await it.ask<{ result: { sentences: { turns: { turn: number; lost: number }[]; frames: { lost: number }[] }[] } }>(
      undefined,
      'GET',
      `/explanations/${job!.job}`,
    );
    const [first] = result.sentences;
    expect(await page.locator('.explain-turns li.lit').count()).toBe(first!.turns.filter(({ lost }) => lost >= 0.02).length);
    expect(await page.locator('.explain-frames button.lit').count()).toBe(first!.frames.filter(({ lost }) => lost >= 0.02).length);
    expect(first!.frames).toHaveLength(12);
    await axe(page);
    await shot(page, 'explain-light');
  });

  test('asked again without the faces, both answers stand below each other; the receipt says what was left out', async () => {
    await page.keyboard.press('f');
    await page.keyboard.press('e');
    const card = await answered(2);
    expect(await card.getByRole('list', { name: 'What was used' }).innerText()).toMatch(/–\s*Faces/);
    await card.getByRole('button', { name: 'Receipt' }).click();
    const receipt = page.getByRole('dialog', { name: 'Receipt' });
    expect(await receipt.innerText()).toContain('E: left out of the question');
    await axe(page);
    await page.keyboard.press('Escape');
    await receipt.waitFor({ state: 'detached' });
  });

  test('words only never opens the film, and says so', async () => {
    const before = it.server.shelf.films();
    await page.keyboard.press('v'); // the faces are out already
    await page.getByText('Words only: no film is opened for this question.').waitFor();
    await page.keyboard.press('e');
    const card = await answered(3);
    expect(await card.getByRole('list', { name: 'What was used' }).innerText()).toMatch(/–\s*Pictures[\s\S]*✓\s*Words[\s\S]*–\s*Faces/);
    expect(it.server.shelf.films()).toBe(before);
  });

  test('two models answer the same question; an answer that goes on can be stopped', async () => {
    await page.getByRole('combobox', { name: 'Model' }).selectOption({ label: 'all of them, side by side' });
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Explain/ }).click();
    await expect.poll(() => answers().count(), { timeout: PATIENCE / 3 }).toBe(5);
    await expect.poll(() => answers().getByText('other', { exact: true }).count(), { timeout: PATIENCE / 3 }).toBe(1);
    await page.keyboard.press('Escape');
    await expect
      .poll(
        () =>
          answers()
            .filter({ has: page.getByRole('button', { name: 'Stop' }) })
            .count(),
        { timeout: PATIENCE / 3 },
      )
      .toBe(0);
  });

  test('what was answered is there after a reload; dark, and on a tablet, all can be reached', async () => {
    await page.reload();
    await expect.poll(() => answers().count(), { timeout: PATIENCE / 3 }).toBeGreaterThan(2);
    await page
      .getByText('Face 1', { exact: false })
      .first()
      .waitFor({ timeout: PATIENCE / 2 });
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await page.getByRole('button', { name: 'Table' }).click();
    await axe(page);
    await page.getByRole('button', { name: 'Table' }).click();
    await answers().first().locator('.explain-sentence').first().hover();
    await shot(page, 'explain-dark');
    await page.setViewportSize({ width: 768, height: 1024 });
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await shot(page, 'explain-tablet');
  });

  test('a broken film is refused with what is wrong; names and words of strangers stay text', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    const film = join(folder, 'scene.mp4');
    await writeFile(film, 'this is no film at all, whatever its name says');
    const talk = join(folder, 'talk.json');
    await writeFile(talk, JSON.stringify(TALK));
    await page.getByRole('button', { name: /^Add a film/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a film or a dialogue' });
    await dialog.getByLabel('Film').setInputFiles(film);
    await dialog.getByRole('button', { name: 'Add' }).click();
    const problem = dialog.getByRole('alert');
    await problem.waitFor({ timeout: PATIENCE / 4 });
    expect(await problem.innerText()).toContain('MEDIA_FORMAT');
    expect(await problem.innerText()).toContain('What to do');
    await axe(page);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: /^Add a film/ }).click();
    await dialog.getByLabel('Dialogue').setInputFiles(talk);
    await dialog.getByRole('button', { name: 'Add' }).click();
    await page.getByText('<script>alert(1)</script>').waitFor();
    expect(await page.locator('.explain-turns img, .explain-turns script').count()).toBe(0);
    expect([...it.server.log.state.files.values()].map(({ name }) => name)).toEqual(['chair.mp4']);
  });
});

describe.skipIf(!hasBrowser())(`a studio without a model${hasBrowser() ? '' : ` (${NO_BROWSER})`}`, { timeout: PATIENCE }, () => {
  let it: Studio;
  beforeAll(async () => {
    it = await studio();
  }, PATIENCE);
  afterAll(() => it.end(), PATIENCE);

  test('says what is missing, and what to do', async () => {
    const { project } = await it.ask<{ project: string }>(undefined, 'POST', '/projects', { title: 'P', purpose: 'research' });
    await it.ask(undefined, 'POST', '/dialogues', { project, name: 'talk', content: JSON.stringify(TALK) });
    const page = await it.page(undefined, '/explain');
    await page.getByRole('button', { name: /^Explain/ }).click();
    const problem = page.getByRole('region', { name: 'Answers' }).getByRole('alert');
    await problem.waitFor({ timeout: PATIENCE / 4 });
    expect(await problem.innerText()).toMatch(/Where|What to do/);
  });
});

const MARKUP = 'Because of <img src=x onerror="document.title=1"><script>alert(1)</script> [a link](javascript:alert(1)).';
/** A network that says what it should not, word by word, and in its receipt. */
const HOSTILE = {
  name: '<b>model</b>',
  explain: () =>
    async function* work() {
      for (const word of MARKUP.split(/(?<= )/)) yield word;
      const network = { model: MARKUP, weights: 'f32', tower: undefined, projector: undefined, template: MARKUP };
      const prompt = { text: MARKUP, tokens: 9, modalities: 'T', faces: undefined, droppedTurns: 0, cutTurns: [] };
      return {
        ...{ text: MARKUP, finish: 'end', emotion: 'sadness', model: '<b>model</b>', modalities: ['T'], absent: { V: MARKUP, E: MARKUP } },
        ...{ sentences: [], unweighed: MARKUP, faces: [], receipt: { network, prompt, frames: [], settings: { beams: 1 }, note: MARKUP } },
      };
    },
  close: async () => {},
} as unknown as Explainer;

describe.skipIf(!hasBrowser())(`a model that writes markup${hasBrowser() ? '' : ` (${NO_BROWSER})`}`, { timeout: PATIENCE }, () => {
  let it: Studio;
  beforeAll(async () => {
    it = await studio({ explainer: HOSTILE });
  }, PATIENCE);
  afterAll(() => it.end(), PATIENCE);

  test('is read as text wherever it is shown: while it comes, when it is there, in its receipt', async () => {
    const { project } = await it.ask<{ project: string }>(undefined, 'POST', '/projects', { title: 'P', purpose: 'research' });
    await it.ask(undefined, 'POST', '/dialogues', { project, name: 'talk', content: JSON.stringify(TALK) });
    const page = await it.page(undefined, '/explain');
    await page.getByRole('button', { name: /^Explain/ }).click();
    const answer = page.getByRole('region', { name: 'Answers' }).getByRole('article').first();
    await answer.getByRole('button', { name: 'Receipt' }).click();
    const receipt = page.getByRole('dialog', { name: 'Receipt' });
    await receipt.getByText('The whole prompt').click();
    expect(await answer.locator('.explain-text').innerText()).toContain(MARKUP);
    expect(await receipt.innerText()).toContain(MARKUP);
    expect(await page.locator('#root :is(script, img[src=x], a[href^="javascript"], b)').count()).toBe(0);
    expect(await page.title()).not.toBe('1');
    await axe(page);
  });
});
