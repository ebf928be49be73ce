/** What those who lead do besides inviting and mending: new guidelines, what is published in numbers, and the end. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { itemAt, OPEN, shared } from './annotate-campaign.ts';
import { axe, hasBrowser, NO_BROWSER, PATIENCE, type Studio, shot, studio } from './browser.ts';

const TWICE = { timeout: PATIENCE / 2 };
const CAUSE = 'She was surprised because the cup had fallen from the table.';

describe.skipIf(!hasBrowser())(`Leading a campaign${hasBrowser() ? '' : ` (${NO_BROWSER})`}`, { timeout: 3 * PATIENCE }, () => {
  let it: Studio;
  beforeAll(async () => {
    it = await studio({
      mode: 'team',
      people: { olga: ['owner'], ann: ['annotator'], ben: ['annotator'], vera: ['voter'] },
      scorer: shared,
    });
    await it.ask('olga', 'POST', '/projects', { title: 'Kitchen', purpose: 'research' });
    await it.ask('olga', 'POST', '/campaigns/kitchen', OPEN);
    await does('olga', 'add-items', { items: [itemAt('first', 1, undefined), itemAt('second', 1, undefined)] });
    for (const [person, roles] of Object.entries({ ann: ['annotator'], ben: ['annotator'], vera: ['voter'] }))
      await does('olga', 'invite', { person, name: person, roles });
  }, PATIENCE);
  afterAll(() => it.end(), PATIENCE);

  const does = (who: string, type: string, orders: object) => it.ask(who, 'POST', '/campaigns/kitchen/commands', { type, ...orders });
  const campaign = async () => (await it.server.campaign('kitchen')).state;

  test('a new version of the guidelines takes effect at once, beside the work and on its own page', async () => {
    const olga = await it.page('olga', '/annotate/kitchen/lead');
    await olga.getByRole('button', { name: 'Write a new version' }).click();
    const dialog = olga.getByRole('dialog', { name: 'A new version of the guidelines' });
    expect(await dialog.getByLabel('Version').inputValue()).toBe('2');
    await axe(olga);
    await dialog.getByLabel('Version').fill('1'); // there is one of this name: refused, and what was written stays
    await dialog.getByLabel('Text').fill('# Short ones\n\n- Name **what happened**.\n- <script>alert(1)</script>');
    await dialog.getByRole('button', { name: 'Publish' }).click();
    await olga.getByText('PROTOCOL_GUIDELINES').first().waitFor();
    expect(await dialog.getByLabel('Text').inputValue()).toContain('Short ones');
    await axe(olga);
    await dialog.getByLabel('Version').fill('2');
    await dialog.getByRole('button', { name: 'Publish' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await campaign()).settings!.guidelines.map(({ version }) => version)).toEqual(['1', '2']);

    const ann = await it.page('ann', '/annotate/kitchen/guidelines', { dark: true });
    await ann.getByRole('heading', { name: 'Guidelines, version 2' }).waitFor();
    await ann.getByText('<script>alert(1)</script>').waitFor(); // text, and nothing else
    expect(await ann.locator('.guidelines strong').innerText()).toBe('what happened');
    await axe(ann);
    await shot(ann, 'annotate-guidelines-dark');
    await ann.goto('/annotate/kitchen');
    await ann.getByText('Guidelines, version 2').waitFor();
  });

  test('what is published is counted: nothing says so, one item has its tables and charts, for leads alone', async () => {
    const olga = await it.page('olga', '/data/campaigns');
    await olga.getByRole('link', { name: 'Kitchen scenes' }).click();
    await olga.getByText('Nothing is published yet').waitFor();
    await axe(olga);
    const writing = {
      cause: CAUSE,
      reasoning: 'The turn before says so.',
      evidence: { text: [{ turn: 0 }], sound: [], picture: [], faces: [], nothing: [] },
    };
    for (const who of ['ann', 'ben']) await does(who, 'draft', { item: 'first', writing });
    await expect.poll(async () => (await campaign()).items.get('first')!.measured?.passed, TWICE).toBe(true);
    await does('vera', 'take', { item: 'first', seat: 'vote' });
    await does('vera', 'vote', { item: 'first', choice: 'a' });
    await olga.getByRole('button', { name: 'Count again' }).click();
    const table = olga.getByRole('region', { name: /Table 1/ }).first();
    await table.waitFor();
    expect(await table.innerText()).toContain('Kitchen scenes');
    const charts = olga.locator('figure img');
    expect(await charts.count()).toBe(2);
    await expect.poll(() => charts.evaluateAll((all) => all.every((one) => (one as HTMLImageElement).naturalWidth > 0)), TWICE).toBe(true);
    await axe(olga);
    await shot(olga, 'data-published', { full: true });
    await olga.goto('/annotate/kitchen/lead');
    await olga.getByRole('link', { name: 'Count what is published' }).click();
    await olga
      .getByRole('region', { name: /Table 1/ })
      .first()
      .waitFor();
    const ann = await it.page('ann', '/annotate/kitchen/statistics');
    await ann.getByText('There is nothing under this address').waitFor();
    await expect(it.ask('ann', 'GET', '/campaigns/kitchen/statistics')).rejects.toThrow('SERVER_ROLE');
  });

  test('a campaign is closed once, after a question; then nothing is written any more, and all see that', async () => {
    const olga = await it.page('olga', '/annotate/kitchen/lead');
    await olga.getByRole('button', { name: 'Close the campaign' }).click();
    const dialog = olga.getByRole('dialog', { name: 'Close the campaign' });
    await axe(olga);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect((await campaign()).settings!.closed).toBe(false);
    await olga.getByRole('button', { name: 'Close the campaign' }).click();
    await dialog.getByRole('button', { name: 'Close it' }).click();
    await olga.getByText('It is closed.').waitFor();
    expect((await campaign()).settings!.closed).toBe(true);
    expect(await olga.getByRole('button', { name: 'Close the campaign' }).isDisabled()).toBe(true);
    const ann = await it.page('ann', '/annotate/kitchen');
    await ann.getByText('This campaign is closed: nothing is written any more.').waitFor();
    expect(await ann.getByRole('button', { name: 'Send draft' }).count()).toBe(0);
    await axe(ann);
    await shot(ann, 'annotate-closed');
  });
});
