import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axe, hasBrowser, NO_BROWSER, PATIENCE, type Studio, shot, studio } from './browser.ts';

describe.skipIf(!hasBrowser())(`the studio's shell${hasBrowser() ? '' : ` (${NO_BROWSER})`}`, { timeout: PATIENCE }, () => {
  describe('on this machine', () => {
    let it: Studio;
    beforeAll(async () => {
      it = await studio();
    }, PATIENCE);
    afterAll(() => it.end(), PATIENCE);

    test('a project is declared with its purpose; work is refused with the law named, unless a reason is typed; the notice can be printed', async () => {
      const page = await it.page(undefined, '/data');
      await page.getByRole('button', { name: 'New project' }).first().click();
      const dialog = page.getByRole('dialog', { name: 'New project' });
      await axe(page);
      await dialog.getByLabel('Title').fill('Call centre <img src=x onerror=alert(1)>');
      await dialog.getByRole('radio', { name: /^Workplace/ }).check();
      await dialog.getByRole('button', { name: 'Declare the project' }).click();
      const refused = dialog.getByRole('alert');
      await expect.poll(() => refused.textContent(), { timeout: PATIENCE / 4 }).toContain('2024/1689');
      expect(await refused.textContent()).toContain('PURPOSE_REFUSED');
      await shot(page, 'shell-purpose');
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('Drivers are warned when they fall asleep at the wheel.');
      await dialog.getByLabel('Ground').selectOption('safety');
      await dialog.getByRole('button', { name: 'Declare the project' }).click();
      await dialog.waitFor({ state: 'detached' });
      expect(await page.getByRole('combobox', { name: 'Project' }).innerText()).toContain('<img src=x');
      await page.getByRole('button', { name: 'Notice' }).click();
      const notice = page.getByRole('dialog', { name: 'Notice for people on camera' });
      await notice.getByText('a safety reason: Drivers are warned').waitFor();
      await axe(page);
      expect(it.server.log.state.projects.size).toBe(1);
    });

    test('every key is in the help, which the actions themselves make; Tab begins with a way past the header', async () => {
      const page = await it.page(undefined, '/data');
      await page.getByRole('button', { name: 'About the project' }).waitFor();
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toContain('Skip to the content');
      await page.keyboard.press('?');
      const help = page.getByRole('dialog', { name: 'Keys' });
      expect(await help.textContent()).toContain('Go to Annotate');
      await axe(page);
      await page.keyboard.press('Escape');
      await help.waitFor({ state: 'detached' });
      await page.keyboard.press('Alt+Shift+2');
      await expect.poll(() => new URL(page.url()).pathname, { timeout: PATIENCE / 4 }).toBe('/annotate');
      await page.keyboard.press('Alt+Shift+t');
      await page.keyboard.press('Alt+Shift+t');
      expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    });
  });

  describe('for a team', () => {
    let it: Studio;
    beforeAll(async () => {
      it = await studio({ mode: 'team', people: { olga: ['owner'], ann: ['annotator'], rae: ['rater'] } });
    }, PATIENCE);
    afterAll(() => it.end(), PATIENCE);

    test('the invited join with their word, log out and in; a wrong password is told', async () => {
      const { token } = await it.ask<{ token: string }>('olga', 'POST', '/accounts/invitations', { account: 'nia', roles: ['annotator'] });
      const page = await it.page(undefined, `/join#${token}`);
      await page.getByLabel('Your name').fill('Nia');
      await page.getByLabel('A new password').fill('several words together');
      await axe(page);
      await page.getByRole('button', { name: 'Join' }).click();
      await page.getByRole('link', { name: 'Annotate' }).waitFor();
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByLabel('Account').fill('nia');
      await page.getByLabel('Password').fill('not that one at all');
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByText('SERVER_PASSWORD').waitFor();
      await axe(page);
      await page.getByLabel('Password').fill('several words together');
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByRole('link', { name: 'Annotate' }).waitFor();
    });

    test('each sees the views of the own roles', async () => {
      const seen = async (who: string) => {
        const page = await it.page(who);
        const views = page.getByRole('navigation', { name: 'Views' });
        await views.waitFor();
        return views.getByRole('link').allInnerTexts();
      };
      expect(await seen('rae')).toEqual(['Rate']);
      expect(await seen('ann')).toEqual(['Explain', 'Annotate']);
      expect(await seen('olga')).toEqual(['Explain', 'Annotate', 'Rate', 'Data']);
    });
  });
});
