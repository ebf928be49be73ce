import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseRatings, summariseRatings } from '../../src/metrics/index.ts';
import { cookieOf, sealed } from '../../src/server/ticket.ts';
import { filmBytes, sendFilm, TURNS } from './annotate-campaign.ts';
import { axe, hasBrowser, NO_BROWSER, PATIENCE, type Studio, shot, studio } from './browser.ts';

const TWICE = { timeout: PATIENCE / 2 };
/** Two systems; the marks in their texts say which rating each rater gives, so that the table must come out as they meant it. */
const lines = (mark: string) =>
  [0, 1].map((n) => `${JSON.stringify({ id: `kitchen_${n + 1}`, cause: `${mark} of ${n + 1} <script>alert(1)</script>` })}\n`).join('');

describe.skipIf(!hasBrowser())(`Rate${hasBrowser() ? '' : ` (${NO_BROWSER})`}`, { timeout: 3 * PATIENCE }, () => {
  let it: Studio;
  beforeAll(async () => {
    it = await studio({ mode: 'team', people: { olga: ['owner'], rae: ['rater'], rob: ['rater'] } });
    const { epoch } = it.server.log.state.accounts.get('olga')!;
    const cookie = cookieOf(sealed({ account: 'olga', epoch, until: Date.now() + 3600_000 }, it.server.secret), false).split(';')[0]!;
    await sendFilm(it.ask, { url: it.url, who: 'olga', headers: { cookie }, bytes: await filmBytes() });
    const [project] = it.server.log.state.projects.keys();
    const content = JSON.stringify(TURNS.map(({ number: _, ...turn }) => ({ ...turn, emotion: 'surprise' })));
    await it.ask('olga', 'POST', '/dialogues', { project, name: 'kitchen', content });
  }, PATIENCE);
  afterAll(() => it.end(), PATIENCE);

  test('an owner opens a study from two files, two raters rate it blind, and agreement and export come out', async () => {
    const olga = await it.page('olga', '/rate');
    await olga.getByRole('link', { name: 'New study' }).waitFor();
    await axe(olga);
    await shot(olga, 'rate-empty');
    await olga.getByRole('link', { name: 'New study' }).click();
    await olga.getByLabel('Title').fill('Kitchen study');
    const file = (name: string, text: string) => ({ name, mimeType: 'application/jsonl', buffer: Buffer.from(text) });
    const files = olga.getByLabel('Predictions, a file for each system');
    await files.setInputFiles([file('broken.jsonl', '{"id": 1')]);
    await olga.getByText('broken.jsonl:1').waitFor();
    await files.setInputFiles([file('oracle-7b.jsonl', lines('good')), file('baseline.jsonl', lines('poor'))]);
    await olga.getByText('2 of 2 items have their conversation beside them').waitFor();
    await axe(olga);
    await shot(olga, 'rate-new');
    await olga.getByRole('button', { name: 'Open the study' }).click();
    await olga.getByText('Nobody has rated yet').waitFor();
    await axe(olga);

    for (const who of ['rae', 'rob']) {
      const page = await it.page(who, '/rate', { dark: who === 'rob' });
      await page.getByRole('link', { name: 'Begin' }).click();
      for (const turn of [1, 2]) {
        await page.getByText(`Item ${turn} of 2`).waitFor();
        const told = await page.locator('main').innerText();
        expect(told).not.toMatch(/oracle|baseline/);
        // The film beside it ends with the utterance, as in annotation.
        const duration = () => page.locator('video').evaluate((media: HTMLVideoElement) => media.duration);
        await expect.poll(duration, TWICE).toBeGreaterThan(0);
        const ends = await duration();
        expect(TURNS.slice(1, 3).some(({ end }) => Math.abs(end - ends) < 0.1)).toBe(true);
        expect(told).toContain('<script>alert(1)</script>');
        const texts = await page.locator('.rate-text').allInnerTexts();
        // Rae is a point milder on relevance than Rob; a digit rates the marked row and goes on.
        for (const text of texts)
          for (const value of text.startsWith('good') ? ['5', '5', who === 'rae' ? '5' : '4'] : ['2', '3', '1'])
            await page.keyboard.press(value);
        await page.getByText('All rows are rated.').waitFor();
        if (turn === 1) {
          await page.keyboard.press('ArrowUp');
          await page.getByRole('slider', { name: 'Time' }).waitFor();
          await axe(page);
          await shot(page, `rate-sheet-${who}`);
          if (who === 'rae') {
            await page.setViewportSize({ width: 768, height: 1024 });
            await shot(page, 'rate-sheet-768');
            await page.setViewportSize({ width: 1280, height: 800 });
            await page.reload(); // ratings that were given and not sent are still there
            await page.getByText('All rows are rated.').waitFor();
          }
        }
        await page.getByRole('button', { name: 'Send and go on' }).click();
      }
      await page.getByText('All is rated').waitFor();
      await axe(page);
    }

    await olga.reload();
    await olga.getByRole('row', { name: /rae/ }).getByText('2 of 2').waitFor();
    await olga.getByRole('row', { name: /rob/ }).getByText('2 of 2').waitFor();
    await axe(olga);
    await shot(olga, 'rate-summary');
    const [download] = await Promise.all([olga.waitForEvent('download'), olga.getByRole('link', { name: 'Ratings as CSV' }).click()]);
    const stream = await download.createReadStream();
    let csv = '';
    for await (const chunk of stream) csv += chunk;
    const ratings = parseRatings(csv, 'ratings.csv');
    expect(ratings).toHaveLength(8);
    for (const { system, rater, scores } of ratings)
      expect(scores).toEqual(
        system === 'oracle-7b'
          ? { coherence: 5, fluency: 5, relevance: rater === 'rae' ? 5 : 4 }
          : { coherence: 2, fluency: 3, relevance: 1 },
      );
    const { criteria } = await summariseRatings(ratings, { samples: 0, seed: 0 });
    const shown = await olga
      .getByRole('row', { name: /Relevance/ })
      .first()
      .innerText();
    expect(shown).toContain(criteria.find(({ name }) => name === 'relevance')!.alpha!.value.toFixed(2));
    await expect.poll(() => it.server.log.state.studies.size, TWICE).toBe(1);
  });
});
