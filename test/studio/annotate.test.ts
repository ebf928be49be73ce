import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cookieOf, sealed } from '../../src/server/ticket.ts';
import { filmBytes, itemAt, OPEN, SECONDS, sendFilm, shared, TURNS } from './annotate-campaign.ts';
import { axe, hasBrowser, NO_BROWSER, PATIENCE, type Studio, shot, studio } from './browser.ts';

const TWICE = { timeout: PATIENCE / 2 };

describe.skipIf(!hasBrowser())(`Annotate${hasBrowser() ? '' : ` (${NO_BROWSER})`}`, { timeout: 3 * PATIENCE }, () => {
  let it: Studio;
  beforeAll(async () => {
    it = await studio({
      mode: 'team',
      people: { olga: ['owner'], ann: ['annotator'], ben: ['annotator'], vera: ['voter'], ada: ['annotator'] },
      scorer: shared,
    });
    const { epoch } = it.server.log.state.accounts.get('olga')!;
    const cookie = cookieOf(sealed({ account: 'olga', epoch, until: Date.now() + 3600_000 }, it.server.secret), false).split(';')[0]!;
    const film = await sendFilm(it.ask, { url: it.url, who: 'olga', headers: { cookie }, bytes: await filmBytes() });
    await it.ask('olga', 'POST', '/campaigns/kitchen', OPEN);
    await does('add-items', { items: [itemAt('first', 1, film), itemAt('second', TURNS.length - 1, film)] });
    for (const [person, roles] of Object.entries({ ann: ['annotator'], ben: ['annotator'], vera: ['voter'] }))
      await does('invite', { person, name: person, roles });
  }, PATIENCE);
  afterAll(() => it.end(), PATIENCE);

  const does = (type: string, orders: object, campaign = 'kitchen') =>
    it.ask('olga', 'POST', `/campaigns/${campaign}/commands`, { type, ...orders });
  const item = async (id: string) => (await it.server.campaign('kitchen')).state.items.get(id)!;
  /** Fills in what is missing of a draft: words, the turns that count, and nothing heard. */
  async function write(page: Page, cause: string): Promise<void> {
    await page.getByLabel('Cause').fill(cause);
    await page.getByLabel('Reasoning').fill('The turn before says so, and viewers would read the raised brows as surprise.');
    await page.getByRole('button', { name: 'Turn 1 is evidence' }).click();
    await page.getByRole('group', { name: 'Evidence: Sound' }).getByRole('button', { name: 'Nothing here' }).click();
  }

  test('a disagreement: two drafts, the gate, a discussion, a revision, and one text that both accept', async () => {
    const ann = await it.page('ann', '/annotate');
    await ann.getByText('Your draft', { exact: true }).waitFor();
    expect(await ann.getByText('<img src=x').first().isVisible()).toBe(true); // names are text
    // The film ends with the utterance: there is nothing more to be played.
    const video = ann.locator('video');
    await expect.poll(() => video.evaluate((media: HTMLVideoElement) => media.duration), TWICE).toBeGreaterThan(0);
    const duration = await video.evaluate((media: HTMLVideoElement) => media.duration);
    expect(duration).toBeLessThan(TURNS[1]!.end + 0.1);
    expect(SECONDS).toBeGreaterThan(duration + 1);
    await write(ann, 'She was surprised because the window had been opened in the night.');
    expect(await ann.getByRole('button', { name: 'Send draft' }).isDisabled()).toBe(true);
    expect(await ann.getByRole('list', { name: 'Still to do' }).innerText()).toContain('picture');
    await ann.locator('h1, .question').first().click();
    await ann.keyboard.press('i');
    await ann.keyboard.press('ArrowRight');
    await expect.poll(() => video.evaluate((media: HTMLVideoElement) => media.currentTime), TWICE).toBeGreaterThan(0.5);
    await ann.keyboard.press('o');
    await ann.keyboard.press('p');
    await ann.getByLabel('Picture 1: note').fill('she looks at the open window');
    await ann.getByRole('button', { name: 'Turn 1 is evidence', pressed: true }).waitFor();
    await axe(ann);
    await shot(ann, 'annotate-draft');
    await ann.setViewportSize({ width: 768, height: 1024 });
    await shot(ann, 'annotate-draft-768');
    await ann.setViewportSize({ width: 1280, height: 800 });
    await ann.getByLabel('Cause').press('Control+Enter');
    await expect
      .poll(async () => (await item('first')).authors.get('ann')?.writing.evidence, TWICE)
      .toMatchObject({
        text: [{ turn: 1 }],
        picture: [{ note: 'she looks at the open window' }],
        nothing: ['sound'],
      });
    const [seen] = (await item('first')).authors.get('ann')!.writing.evidence.picture;
    expect(seen!.to - seen!.from).toBeGreaterThan(0.5);

    const ben = await it.page('ben', '/annotate', { dark: true });
    await ben.getByText('Your draft', { exact: true }).waitFor();
    expect(await ben.locator('body').innerText()).not.toContain('opened in the night'); // blind
    await write(ben, 'Nobody had told him about dinner.');
    await ben.getByRole('group', { name: 'Evidence: Picture and faces' }).getByRole('button', { name: 'Nothing here' }).click();
    await shot(ben, 'annotate-draft-dark');
    await ben.getByRole('button', { name: 'Send draft' }).click();
    await expect.poll(async () => (await item('first')).measured?.passed, TWICE).toBe(false);

    await ann.goto('/annotate');
    await ann.getByText('To discussion').waitFor();
    expect(await ann.getByText('shared-words|case:lower').isVisible()).toBe(true); // the score with the measure that gave it
    await ann.getByLabel('Your message').fill('Turn 1 names the window: <b>look</b> at it.');
    await ann.getByLabel('Your message').press('Control+Enter');
    await ann.getByText('<b>look</b>').waitFor();
    await axe(ann);
    await shot(ann, 'annotate-discuss', { full: true });

    await ben.goto('/annotate/kitchen/items/first');
    await ben.getByText('<b>look</b>').waitFor();
    await ben.getByRole('button', { name: 'Write a revision' }).click();
    await ben.getByLabel('Cause').fill('He was surprised because the window stood open.');
    await ben.getByRole('button', { name: 'Put it forward' }).click();
    await ben.getByText('✓ accepted by you').waitFor();
    await shot(ben, 'annotate-discuss-dark');

    await ann.getByRole('article', { name: 'Revision 1' }).getByRole('button', { name: 'I would sign this' }).click({ timeout: PATIENCE });
    await expect.poll(async () => (await item('first')).discussion.accepted.size, TWICE).toBe(2);
    await ann.goto('/annotate/kitchen/items/first');
    await ann.getByText('Published, after discussion').waitFor();
    expect(await ann.locator('.written-cause').first().innerText()).toBe('He was surprised because the window stood open.');
    await axe(ann);
    await shot(ann, 'annotate-published');
  });

  test('an agreement goes to the vote: two texts without names, one key, and the majority is published', async () => {
    const cause = 'She was surprised because the cup had fallen from the table.';
    for (const who of ['ann', 'ben']) {
      const page = await it.page(who, '/annotate/kitchen/items/second');
      await write(page, cause);
      await page.getByRole('group', { name: 'Evidence: Picture and faces' }).getByRole('button', { name: 'Nothing here' }).click();
      await page.getByRole('button', { name: 'Send draft' }).click();
      await expect.poll(async () => (await item('second')).authors.get(who) !== undefined, TWICE).toBe(true);
      await page.context().close();
    }
    await expect.poll(async () => (await item('second')).measured?.passed, TWICE).toBe(true);
    const vera = await it.page('vera', '/annotate');
    await vera.getByRole('button', { name: 'Take a seat' }).waitFor();
    expect(await vera.locator('body').innerText()).not.toContain(cause);
    await axe(vera);
    await vera.getByRole('button', { name: 'Take a seat' }).click();
    await vera.getByText('Explanation A').waitFor();
    const told = await vera.locator('main').innerText();
    for (const name of ['ann', 'ben']) expect(told).not.toMatch(new RegExp(`\\b${name}\\b`));
    await vera.keyboard.press('1');
    await vera.getByRole('button', { name: 'Prefer A', pressed: true }).first().waitFor();
    await axe(vera);
    await shot(vera, 'annotate-vote');
    await vera.setViewportSize({ width: 768, height: 1024 });
    await shot(vera, 'annotate-vote-768');
    await vera.keyboard.press('Control+Enter');
    await expect.poll(async () => (await item('second')).voters.get('vera')?.choice, TWICE).toBe('a');
    await vera.getByText('Nothing to do now').waitFor();
    await axe(vera);
    await shot(vera, 'annotate-wait');
  });

  test('leads see how far it is, invite, reassign and withdraw; a refusal is told with its reason', async () => {
    await does('add-items', { items: [itemAt('third', 1, undefined), itemAt('fourth', 1, undefined)] });
    await it.ask('ann', 'POST', '/campaigns/kitchen/commands', { type: 'take', item: 'third', seat: 'draft' });
    const olga = await it.page('olga', '/annotate/kitchen/lead');
    await olga.getByText('Items that are not finished').waitFor();
    await axe(olga);
    await shot(olga, 'annotate-lead', { full: true });
    await olga.getByLabel('Account').fill('ada');
    await olga.getByRole('button', { name: 'Invite' }).click();
    await expect.poll(async () => (await it.server.campaign('kitchen')).state.people.has('ada'), TWICE).toBe(true);
    await olga.getByRole('row', { name: /third/ }).getByRole('button', { name: 'Reassign' }).click();
    await olga.getByRole('dialog').getByLabel('To').selectOption('vera');
    await olga.getByRole('dialog').getByLabel('Reason').fill('Ann is away');
    await olga.getByRole('dialog').getByRole('button', { name: 'Reassign' }).click();
    await olga.getByText('PROTOCOL_ROLE').waitFor(); // Vera writes no drafts
    await olga.getByRole('dialog').getByLabel('To').selectOption('ben');
    await axe(olga);
    await olga.getByRole('dialog').getByRole('button', { name: 'Reassign' }).click();
    await expect.poll(async () => [...(await item('third')).authors.keys()], TWICE).toEqual(['ben']);
    await olga
      .getByRole('row', { name: /fourth/ })
      .getByRole('button', { name: 'Withdraw' })
      .click();
    await olga.getByRole('dialog').getByLabel('Reason').fill('Cannot be heard');
    await olga.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
    await expect.poll(async () => (await item('fourth')).withdrawn?.reason, TWICE).toBe('Cannot be heard');
    await olga.goto('/annotate/kitchen/items');
    await olga
      .getByRole('row', { name: /fourth/ })
      .getByText('withdrawn')
      .waitFor();
    await axe(olga);
    await shot(olga, 'annotate-items');
  });

  test('first there is practice, which adjudicators read and return', async () => {
    const training = { items: 1, roles: ['annotator'] };
    await it.ask('olga', 'POST', '/campaigns/school', { ...OPEN, title: 'School', policy: { ...OPEN.policy, training } });
    const school = (type: string, orders: object) => does(type, orders, 'school');
    await school('add-items', { items: [itemAt('words', 1, undefined)] });
    await school('invite', { person: 'olga', name: 'Olga', roles: ['lead', 'adjudicator'] });
    await school('invite', { person: 'ada', name: 'Ada', roles: ['annotator'] });
    const ada = await it.page('ada', '/annotate/school');
    await ada.getByRole('button', { name: 'Draw the items' }).click();
    await ada.getByText('Practice, 1 of 1').waitFor();
    await ada.getByLabel('Cause').fill('It was so.');
    await ada.getByLabel('Reasoning').fill('Because.');
    await ada.getByRole('button', { name: 'Turn 0 is evidence' }).click();
    await axe(ada);
    await shot(ada, 'annotate-words-only');
    await ada.getByRole('button', { name: 'Send practice' }).click();
    await ada.getByText('The adjudicators are reading the practice.').waitFor();
    const olga = await it.page('olga', '/annotate/school');
    await olga.getByText('Practice of ada: 1 of 1').waitFor();
    await olga.getByLabel('What was wrong').fill('Name what happened.');
    await axe(olga);
    await shot(olga, 'annotate-judge');
    await olga.getByRole('button', { name: 'Return for another attempt' }).click();
    await ada.reload();
    await ada.getByText('Name what happened.').waitFor();
    await axe(ada);
  });

  test('where nothing is yet, it says what to do next', async () => {
    const fresh = await studio();
    try {
      const page = await fresh.page(undefined, '/annotate');
      await page.getByRole('link', { name: 'Open a campaign' }).or(page.getByText('No project yet')).first().waitFor();
      await axe(page);
      await shot(page, 'annotate-empty');
    } finally {
      await fresh.end();
    }
  });
});
