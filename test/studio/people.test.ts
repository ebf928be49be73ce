/** Who may enter a project, and erasing somebody who is seen or heard in it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPEN } from './annotate-campaign.ts';
import { axe, hasBrowser, NO_BROWSER, PATIENCE, type Studio, shot, studio } from './browser.ts';

const TWICE = { timeout: PATIENCE / 2 };
const NAME = 'Violetta <b>Quark</b>';
const TALK = [
  { speaker: NAME, text: 'My secret is a zither.', emotion: 'fear', start: 0, end: 1 },
  { speaker: 'Tom', text: `A what, ${NAME}?`, emotion: 'surprise', start: 1, end: 2 },
];

describe.skipIf(!hasBrowser())(`People${hasBrowser() ? '' : ` (${NO_BROWSER})`}`, { timeout: 2 * PATIENCE }, () => {
  let it: Studio;
  beforeAll(async () => {
    it = await studio({ mode: 'team', people: { olga: ['owner'], ann: ['annotator', 'viewer'], rae: ['rater'] } });
  }, PATIENCE);
  afterAll(() => it.end(), PATIENCE);
  const projects = () => [...it.server.log.state.projects.values()];

  test('a project is declared with its members; others come in, go, and are invited, all by the owner', async () => {
    const olga = await it.page('olga', '/data');
    await olga.getByRole('button', { name: 'New project' }).first().click();
    const dialog = olga.getByRole('dialog', { name: 'New project' });
    await dialog.getByLabel('Title').fill('Tapes');
    await dialog.getByRole('checkbox', { name: /^ann/ }).check();
    await axe(olga);
    await shot(olga, 'people-new-project');
    await dialog.getByRole('button', { name: 'Declare the project' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect([...projects()[0]!.members!]).toEqual([['ann', ['annotator', 'viewer']]]);

    await olga.getByRole('button', { name: 'About the project' }).focus();
    await olga.keyboard.press('Enter'); // the menu by key: its first entry has the focus, Escape closes it
    await olga.getByRole('button', { name: 'People and members' }).waitFor();
    await axe(olga);
    await olga.keyboard.press('Escape');
    await olga.getByRole('button', { name: 'People and members' }).waitFor({ state: 'hidden' });
    await olga.getByRole('button', { name: 'About the project' }).click();
    await olga.getByRole('button', { name: 'People and members' }).click();
    const people = olga.getByRole('dialog', { name: 'People' });
    await people.getByText('Only members and owners may enter').waitFor();
    await axe(olga);
    await shot(olga, 'people-members');
    await people.getByRole('checkbox', { name: 'rae is rater in Tapes' }).check();
    await expect.poll(() => projects()[0]!.members!.get('rae'), TWICE).toEqual(['rater']);
    await people.getByRole('checkbox', { name: 'ann is viewer in Tapes' }).uncheck();
    await expect.poll(() => projects()[0]!.members!.get('ann'), TWICE).toEqual(['annotator']);
    await people.getByRole('checkbox', { name: 'rae is rater in Tapes' }).uncheck();
    await expect.poll(() => projects()[0]!.members!.has('rae'), TWICE).toBe(false);
    await expect.poll(() => people.getByRole('row', { name: /rae/ }).innerText(), TWICE).toMatch(/no$/);

    await people.getByLabel('Account').fill('ann');
    await people.getByText('Somebody has this id already.').waitFor();
    expect(await people.getByRole('button', { name: 'Make an invitation' }).isDisabled()).toBe(true);
    await people.getByLabel('Account').fill('nia');
    await people.getByRole('button', { name: 'Make an invitation' }).click();
    const link = await people.getByLabel('Link of the invitation').inputValue();
    expect(link).toMatch(/\/join#[\w-]{30,}$/);
    await axe(olga);
    const nia = await it.page(undefined, link.replace(it.url, ''));
    await nia.getByLabel('Your name').fill('Nia');
    await nia.getByLabel('A new password').fill('several words together');
    await nia.getByRole('button', { name: 'Join' }).click();
    await nia.getByRole('link', { name: 'Explain' }).waitFor(); // she may look and annotate; nobody has let her into a project
    await nia
      .getByText('first run')
      .or(nia.getByRole('button', { name: 'Open the example scene' }))
      .first()
      .waitFor();
    expect(await nia.locator('body').innerText()).not.toContain('Tapes');
    const ann = await it.page('ann', '/explain');
    await expect.poll(() => ann.getByRole('combobox', { name: 'Project' }).innerText(), TWICE).toContain('Tapes');
    expect(await ann.getByRole('button', { name: 'About the project' }).count()).toBe(0);
  });

  test('a person is erased after a look at what goes, and with the name typed once more', async () => {
    const [project] = projects();
    const add = (name: string, content: object) =>
      it.ask<{ dialogue: string }>('olga', 'POST', '/dialogues', { project: project!.project, name, content: JSON.stringify(content) });
    const { dialogue } = await add('the tape', TALK);
    const said = TALK.map(({ speaker, text, start, end }, number) => ({ number, speaker, text, start, end }));
    await it.ask('olga', 'POST', '/campaigns/tape', OPEN);
    await it.ask('olga', 'POST', '/campaigns/tape/commands', {
      type: 'add-items',
      items: [
        { id: 'first', emotion: 'fear', modalities: ['text'], dialogue, utterance: 0, speaker: NAME, text: TALK[0]!.text, turns: said },
      ],
    });
    const olga = await it.page('olga', '/data', { dark: true });
    await olga.getByRole('button', { name: 'About the project' }).click();
    await olga.getByRole('button', { name: 'Erase a person' }).click();
    const dialog = olga.getByRole('dialog', { name: 'Erase a person from Tapes' });
    await dialog.getByLabel('Name', { exact: true }).fill('Nobody Atall');
    await axe(olga);
    await dialog.getByRole('button', { name: 'See what there is' }).click();
    await dialog.getByText('Nobody is called Nobody Atall here').waitFor();
    expect(await dialog.getByRole('button', { name: 'Erase for good' }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Back' }).click();

    await dialog.getByLabel('Name', { exact: true }).fill(NAME);
    await dialog.getByRole('button', { name: 'See what there is' }).click();
    const turns = dialog.getByRole('row', { name: /Turns that this person says/ });
    await turns.waitFor();
    expect(await turns.innerText()).toMatch(/1[\s\S]*the tape/);
    expect(await dialog.getByRole('row', { name: /Places where others/ }).innerText()).toMatch(/\t1\t/);
    const campaigns = dialog.getByRole('group', { name: 'Campaigns in which it is done' });
    expect(await campaigns.innerText()).toMatch(/Kitchen scenes 1 item has the person; 1 withdrawn with 0 texts/);
    expect(await campaigns.getByRole('checkbox').isChecked()).toBe(true);
    const button = dialog.getByRole('button', { name: 'Erase for good' });
    expect(await button.isDisabled()).toBe(true);
    await axe(olga);
    await shot(olga, 'people-erase-dark');
    await dialog.getByLabel(/^Type the name once more/).fill('Violetta');
    expect(await button.isDisabled()).toBe(true);
    await dialog.getByLabel(/^Type the name once more/).fill(NAME);
    await button.click();
    await dialog.getByText('The person is erased-1 now.').waitFor();
    await axe(olga);
    expect(it.server.log.state.dialogues.get(dialogue)!.utterances).toMatchObject([
      { speaker: 'erased-1', text: '[erased]' },
      { speaker: 'Tom', text: 'A what, erased-1?' },
    ]);
    const { item, withdrawn } = (await it.server.campaign('tape')).state.items.get('first')!;
    expect([item.speaker, item.text, withdrawn?.reason]).toEqual(['erased-1', '[erased]', '[erased]']);
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    await olga.getByRole('button', { name: 'About the project' }).click();
    await olga.getByRole('button', { name: 'Erase a person' }).click();
    await olga
      .getByRole('row', { name: /erased-1/ })
      .getByText('olga')
      .waitFor(); // who, when, how much; nobody's name
    expect(await olga.locator('body').innerText()).not.toContain('Violetta');
  });
});
