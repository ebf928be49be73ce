/** Evidence by pointer: a part of the picture, a stretch of time, and faces by their numbers; and the form of a revision. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cookieOf, sealed } from '../../src/server/ticket.ts';
import { filmBytes, itemAt, OPEN, sendFilm, shared, TURNS } from './annotate-campaign.ts';
import { axe, hasBrowser, NO_BROWSER, PATIENCE, type Studio, shot, studio } from './browser.ts';

const TWICE = { timeout: PATIENCE / 2 };

describe.skipIf(!hasBrowser())(`Evidence by pointer${hasBrowser() ? '' : ` (${NO_BROWSER})`}`, { timeout: 3 * PATIENCE }, () => {
  let it: Studio;
  beforeAll(async () => {
    it = await studio({ mode: 'team', people: { olga: ['owner'], ann: ['annotator'], ben: ['annotator'] }, scorer: shared });
    const { epoch } = it.server.log.state.accounts.get('olga')!;
    const cookie = cookieOf(sealed({ account: 'olga', epoch, until: Date.now() + 3600_000 }, it.server.secret), false).split(';')[0]!;
    const bytes = await filmBytes({ width: 480, height: 360 });
    const film = await sendFilm(it.ask, { url: it.url, who: 'olga', headers: { cookie }, bytes });
    await it.ask('olga', 'POST', '/campaigns/kitchen', OPEN);
    const does = (type: string, orders: object) => it.ask('olga', 'POST', '/campaigns/kitchen/commands', { type, ...orders });
    await does('add-items', { items: [itemAt('first', TURNS.length - 1, film)] });
    for (const person of ['ann', 'ben']) await does('invite', { person, name: person, roles: ['annotator'] });
  }, PATIENCE);
  afterAll(() => it.end(), PATIENCE);

  const item = async () => (await it.server.campaign('kitchen')).state.items.get('first')!;
  /** Presses at a share of a thing, moves to another, and lets go. */
  async function drag(page: Page, selector: string, [fromX, fromY]: readonly [number, number], [toX, toY]: readonly [number, number]) {
    await page.locator(selector).scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await page.locator(selector).boundingBox())!;
    await page.mouse.move(x + fromX * width, y + fromY * height);
    await page.mouse.down();
    await page.mouse.move(x + (fromX + toX) * 0.5 * width, y + (fromY + toY) * 0.5 * height);
    await page.mouse.move(x + toX * width, y + toY * height);
    await page.mouse.up();
  }

  test('a part of the picture and a stretch of the film are drawn, faces get numbers, and all of it is what is sent', async () => {
    const ann = await it.page('ann', '/annotate');
    await ann.getByText('Your draft', { exact: true }).waitFor();
    const video = ann.locator('video');
    await expect.poll(() => video.evaluate((media: HTMLVideoElement) => media.readyState), TWICE).toBeGreaterThan(0);

    await drag(ann, '.film-pointing', [0.1, 0.2], [0.5, 0.8]);
    await ann.locator('.film-region', { hasText: 'marked' }).waitFor();
    await ann.keyboard.press('p'); // a stretch of the picture, with what is marked in it
    await ann.getByLabel('Picture 1, where').waitFor();
    expect(await ann.getByLabel('Picture 1, where').inputValue()).toBe('-1'); // as drawn
    await ann.locator('.film-region', { hasText: '1' }).waitFor();
    await ann.getByLabel('Picture 1: note').fill('a cup at the left');
    await drag(ann, '.film-pointing', [0.5, 0.5], [0.505, 0.505]); // a press that slips is no region
    await expect.poll(() => ann.locator('.film-region', { hasText: 'marked' }).count(), TWICE).toBe(0);

    await ann.getByRole('button', { name: 'Number the faces' }).click();
    await ann
      .getByRole('button', { name: /^Numbering the faces/ })
      .or(ann.getByRole('button', { name: /is evidence$/ }).first())
      .first()
      .waitFor();
    await expect.poll(() => ann.getByRole('button', { name: /^Number/ }).count(), { timeout: PATIENCE }).toBe(0);
    await ann.getByRole('slider', { name: 'Time' }).first().fill('1');
    const faces = ann.locator('.film-face');
    await expect.poll(() => faces.count(), TWICE).toBeGreaterThan(0);
    const number = Number(await faces.first().innerText());
    await axe(ann);
    await shot(ann, 'annotate-faces');
    await faces.first().focus();
    await ann.keyboard.press('Enter'); // a face can be chosen without a pointer
    await ann.getByLabel('Face 1: note').fill('viewers would read the open mouth as surprise');

    await ann.getByLabel('Cause').fill('She was surprised because the cup had fallen.');
    await ann.getByLabel('Reasoning').fill('The picture says so.');
    await ann.getByRole('button', { name: 'Turn 0 is evidence' }).click();
    await ann.getByRole('group', { name: 'Evidence: Sound' }).getByRole('button', { name: 'Nothing here' }).click();
    await ann.getByRole('button', { name: 'Send draft' }).click();
    await expect.poll(async () => (await item()).authors.get('ann') !== undefined, TWICE).toBe(true);
    const { picture, faces: named } = (await item()).authors.get('ann')!.writing.evidence;
    expect(named).toEqual([{ face: number, time: expect.closeTo(1, 0), note: 'viewers would read the open mouth as surprise' }]);
    expect(picture).toMatchObject([{ note: 'a cup at the left' }]);
    const { x, y, width, height } = picture[0]!.region!;
    for (const [value, meant] of [
      [x, 0.1],
      [y, 0.2],
      [width, 0.4],
      [height, 0.6],
    ])
      expect(value).toBeCloseTo(meant!, 1);
  });

  test('the form of a revision has all of it, too', async () => {
    const ben = await it.page('ben', '/annotate', { dark: true });
    await ben.getByText('Your draft', { exact: true }).waitFor();
    await ben.getByLabel('Cause').fill('Nobody had told him.');
    await ben.getByLabel('Reasoning').fill('It is so.');
    await ben.getByRole('button', { name: 'Turn 0 is evidence' }).click();
    for (const modality of ['Sound', 'Picture and faces'])
      await ben
        .getByRole('group', { name: `Evidence: ${modality}` })
        .getByRole('button', { name: 'Nothing here' })
        .click();
    await ben.getByRole('button', { name: 'Send draft' }).click();
    await expect.poll(async () => (await item()).measured?.passed, TWICE).toBe(false);
    await ben.goto('/annotate/kitchen/items/first');
    await ben
      .getByRole('article', { name: /^Draft/ })
      .filter({ hasText: 'by ann' })
      .getByRole('button', { name: 'Start a revision from it' })
      .click();
    await ben.getByText('Put it forward').waitFor();
    expect(await ben.getByLabel('Cause').inputValue()).toBe('She was surprised because the cup had fallen.');
    await ben.locator('.film-region', { hasText: '1' }).waitFor();
    // nothing typed yet is no reason for a tall head
    expect((await ben.locator('.writing .panel-head').boundingBox())!.height).toBeLessThan(60);
    await axe(ben);
    await shot(ben, 'annotate-revision-dark', { full: true });
    await ben.setViewportSize({ width: 768, height: 1024 });
    await axe(ben);
  });
});
