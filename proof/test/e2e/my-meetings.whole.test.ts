// The first administrator signs in by an operator's link, books a weekly meeting, changes an occurrence, and joins;
// then invites a user and makes a key on the pages of the administration.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createClient } from '@meridian/api-client';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { firstAdminUrl } from '../../../infra/local/first-admin.ts';
import { closePages, Participant } from '../support/browser.ts';
import { startMailbox } from '../support/mailbox.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const admin = { email: 'ada@example.org', password: 'a long and unusual sentence', name: 'Ada' };
const mei = { id: 'mei', name: '陈小梅', email: 'xiaomei@example.org' };
let browser: Browser;
let ada: Participant;
let page: Page;
let mailbox: Awaited<ReturnType<typeof startMailbox>>;
beforeAll(async () => {
  mailbox = await startMailbox(inject('mailPort'));
  browser = await sharedChromium();
  const cloud = sharedCloud();
  const { operatorKey } = cloud.secrets();
  const setupUrl = await firstAdminUrl({ url: cloud.pageUrl, operatorKey, tenant: 'dev' });
  if (setupUrl === undefined) throw new Error('the tenant has a user already');
  ada = await Participant.open(browser, setupUrl, { lang: 'en' });
  page = ada.page;
  await page.getByLabel('E-mail').fill(admin.email);
  await page.getByLabel('Your name').fill(admin.name);
  await page.getByLabel('Password').fill(admin.password);
  await page.getByRole('button', { name: 'Save and sign in' }).click();
  await page.getByTestId('new-meeting').waitFor();
});
afterAll(async () => {
  await closePages(browser);
  await browser?.close();
  await mailbox?.close();
});

const rows = (title: string): Locator => page.getByTestId('meeting-row').filter({ hasText: title });
const ask = (path: string): Promise<Record<string, unknown>> =>
  page.evaluate(async (url) => (await fetch(url)).json(), `/api/v1${path}`);

describe('my meetings', () => {
  it('are booked, listed, changed and joined by a signed-in user', async () => {
    await page.getByText('No meetings ahead').waitFor();
    await page.evaluate(async (colleague) => {
      const headers = { 'content-type': 'application/json' };
      await fetch('/api/v1/users', { method: 'POST', headers, body: JSON.stringify(colleague) });
    }, mei);
    await page.getByTestId('new-meeting').click();
    await page.getByLabel('Title', { exact: true }).fill('Weekly review');
    const zone = page.getByTestId('zone');
    const ownZone = await zone.inputValue();
    await zone.fill('calcutta');
    await zone.press('Enter');
    expect(await zone.inputValue()).toBe('Kolkata (UTC+5:30)');
    await zone.fill(ownZone.replace(/ \(.*/, ''));
    await zone.press('Enter');
    expect(await zone.inputValue()).toBe(ownZone);
    await page.getByLabel('Repeats').selectOption('weekly');
    const invite = page.getByLabel('Invite people');
    await invite.fill('小梅');
    await page.getByRole('option', { name: '陈小梅' }).waitFor();
    await invite.press('Enter');
    await invite.fill('ivo@example.org,');
    await page.getByTestId('save').click();
    await page.getByTestId('next').getByText('Weekly review').waitFor();
    // The series is folded and covers three months, by the form's defaults.
    expect(await rows('Weekly review').count()).toBe(0);
    await page.getByTestId('next').getByTestId('unfold').click();
    await rows('Weekly review').first().waitFor();
    expect([12, 13]).toContain(await rows('Weekly review').count());

    await rows('Weekly review').first().getByRole('button').click();
    await page.getByTestId('details').getByText('ivo@example.org').waitFor();
    await page.getByTestId('edit').click();
    await page.getByLabel('Only this meeting').check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Title', { exact: true }).fill('Special review');
    await page.getByTestId('save').click();
    await rows('Special review').waitFor();
    expect(await rows('Special review').count()).toBe(1);
    const { data } = (await ask('/me/meetings?limit=3')) as { data: { title: string; meetingId: string }[] };
    expect(data.map(({ title }) => title)).toEqual(['Weekly review', 'Special review', 'Weekly review']);
    const [{ meetingId } = { meetingId: '' }] = data;
    expect(await ask(`/meetings/${meetingId}`)).toMatchObject({
      invitees: [{ userId: mei.id, email: mei.email }, { email: 'ivo@example.org' }],
    });

    const { id } = await ask('/me');
    await page.getByTestId('next').getByRole('link', { name: 'Join Weekly review' }).click();
    await page.waitForURL(`**/meetings/${meetingId}/join`);
    await page.getByRole('heading', { name: 'Weekly review' }).waitFor();
    expect(await page.locator('#name').inputValue()).toBe(admin.name);
    await page.getByTestId('join').click();
    await ada.connected();
    expect(await ada.room('return room.localParticipant.identity;')).toBe(id);
    expect(await page.title()).toBe('Weekly review · Meridian');
  });

  it('are seen, ended and reported in the administration, which sends them to a webhook', async () => {
    const received: { readonly id: string; readonly event: string }[] = [];
    const receiver = createServer((request, response) => {
      text(request).then(
        (body) => {
          received.push(JSON.parse(body));
          response.end();
        },
        (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
      );
    });
    await once(receiver.listen(0, '127.0.0.1'), 'listening');
    const tab = await page.context().newPage();
    const openAdmin = (path: string) => tab.goto(`${sharedCloud().pageUrl}/admin/${path}`);
    try {
      const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
      await openAdmin('webhooks');
      await tab.getByTestId('add').click();
      await tab.getByLabel('Address').fill(url);
      await tab.getByTestId('save').click();
      const secret = await tab.getByTestId('secret').inputValue();
      await tab.getByRole('button', { name: 'I have copied it' }).click();
      await tab.getByRole('link', { name: url }).click();
      await tab.getByTestId('test').click();
      await tab.getByText('The test arrived').waitFor();
      expect([secret.slice(0, 6), (await tab.content()).includes(secret)]).toEqual(['whsec_', false]);
      const hookPath = new URL(tab.url()).pathname.replace('/admin/', '');

      await openAdmin('rooms');
      await tab.getByRole('link', { name: 'Weekly review' }).click();
      await tab.getByRole('table', { name: 'Participants' }).getByText(admin.name, { exact: true }).waitFor();
      await tab.getByTestId('end').click();
      await tab.getByRole('dialog').getByRole('button', { name: 'End room' }).click();
      await tab.getByText('The room has ended').waitFor();
      await ada.page.getByTestId('ended').waitFor();

      await expect.poll(() => received.map(({ event }) => event)).toContain('room_finished');
      await openAdmin(hookPath);
      const endedRows = tab.getByRole('row').filter({ hasText: 'room_finished' });
      await endedRows.getByText('Delivered · 200').waitFor();
      await endedRows.getByTestId('replay').click();
      await tab
        .getByRole('status')
        .filter({ hasText: 'Sent again: A room has ended' })
        .getByText('Delivered · 200')
        .waitFor();
      const [first, secondFinished] = received.filter(({ event }) => event === 'room_finished');
      expect(secondFinished?.id).toBe(first?.id);

      await openAdmin('reports');
      const meetings = tab.locator('[data-testid=trend][data-trend=rooms]');
      await meetings.getByText(/^[1-9]\d* in all$/).waitFor();
      await meetings.locator('canvas').waitFor();
      expect(await tab.getByTestId('trend').count()).toBe(3);
      await tab.getByRole('link', { name: 'Weekly review' }).first().click();
      await tab.getByRole('table', { name: 'Participants' }).getByText('The room was ended').waitFor();
      const attended = tab.getByRole('table', { name: 'Report of the meeting' }).getByRole('row');
      await attended.filter({ hasText: mei.name }).getByText('Absent').waitFor();
    } finally {
      await tab.close();
      receiver.close();
      receiver.closeAllConnections();
    }
  });

  it('have links to copy; a forgotten password is replaced by mail, a new password by a second mail, and sessions end', async () => {
    const { pageUrl } = sharedCloud();
    await page.goto(`${pageUrl}/signin`);
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('E-mail').fill(admin.email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByTestId('asked').waitFor();
    const link = () => mailbox.mails.map(({ text }) => /https?:\S+\/setup\/[\w-]{22}/.exec(text)?.[0]).find(Boolean);
    await expect.poll(link, { timeout: 30_000 }).toBeDefined();
    await page.goto(link() ?? '');
    await page.getByLabel('Password').fill('another unusual sentence');
    await page.getByRole('button', { name: 'Save and sign in' }).click();
    await page.getByTestId('next').waitFor();

    // A search lists the next occurrence and the one at the same time as rows, whichever is open.
    await page.getByPlaceholder('Search by title or number').fill('Weekly review');
    await rows('Weekly review').first().getByRole('button').click();
    const details = page.getByTestId('details');
    await details.getByRole('button', { name: 'Copy the link of ivo@example.org' }).click();
    expect(await details.getByLabel('Link of ivo@example.org', { exact: true }).inputValue()).toMatch(
      /\/j\/[\w-]{22}$/,
    );
    await page.keyboard.press('Escape');

    const other = await browser.newContext();
    const body = { email: admin.email, password: 'another unusual sentence' };
    const headers = { origin: new URL(pageUrl).origin };
    expect((await other.request.post(`${pageUrl}/api/v1/sessions`, { data: body, headers })).status()).toBe(201);
    await page.locator('.account-menu:not(.place-menu) summary').click();
    await page.getByRole('button', { name: 'Password and sessions' }).click();
    const security = page.getByTestId('security');
    await expect.poll(() => security.getByTestId('session').count()).toBe(2);
    await security.getByLabel('Current password').fill('another unusual sentence');
    await security.getByLabel('New password').fill(admin.password);
    await security.getByRole('button', { name: 'Change password' }).click();
    await security.getByText('The password is changed').waitFor();
    await expect.poll(() => security.getByTestId('session').count()).toBe(1);
    expect((await other.request.get(`${pageUrl}/api/v1/me`)).status()).toBe(401);
    await other.close();
  });
});

describe('the administration', () => {
  it('invites a user who signs in by the link', async () => {
    await page.goto(`${sharedCloud().pageUrl}/admin/users`);
    await page.getByTestId('invite').click();
    await page.getByLabel('Name', { exact: true }).fill('Bo');
    await page.getByLabel('E-mail', { exact: true }).fill('bo@example.org');
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    const link = await page.getByLabel('One-time link').inputValue();
    await page.getByTestId('made').getByRole('button', { name: 'Close' }).click();
    await page.getByLabel('Search by name or e-mail').fill('BO@ex');
    await expect.poll(() => page.getByTestId('user-row').allInnerTexts()).toEqual([expect.stringMatching(/^Bo\s/)]);

    const bo = await Participant.open(browser, link, { lang: 'en' });
    await bo.page.getByLabel('Password').fill(admin.password);
    await bo.page.getByRole('button', { name: 'Save and sign in' }).click();
    await bo.page.getByText('No meetings ahead').waitFor();
    await bo.page.goto(`${sharedCloud().pageUrl}/admin`);
    await bo.page.getByText('Your role does not open this page').waitFor();
  });

  it('makes a key that works until it is revoked, and finds the revocation in the log', async () => {
    const { pageUrl: url } = sharedCloud();
    await page.goto(`${url}/admin/keys`);
    await page.getByTestId('make-key').click();
    await page.getByLabel('Name', { exact: true }).fill('office');
    await page.getByRole('button', { name: 'Create key' }).click();
    const madeKey = page.getByTestId('made-key');
    const apiKey = await madeKey.getByLabel('Key', { exact: true }).inputValue();
    const client = createClient({
      url,
      apiKey,
      apiSecret: await madeKey.getByLabel('Secret').inputValue(),
      retriesMax: 0,
    });
    expect(await client.get('/caller')).toMatchObject({ kind: 'key', id: apiKey });
    await page.getByTestId('copied').click();
    const row = page.getByRole('row').filter({ hasText: apiKey });
    await row.getByTestId('revoke').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await row.getByText('Revoked').waitFor();
    await expect(client.get('/caller')).rejects.toMatchObject({ status: 401 });

    await page.goto(`${url}/admin/settings`);
    await page.getByTestId('check-audit').click();
    await page.getByTestId('audit-whole').waitFor();
    await page.getByRole('row').filter({ hasText: 'Revoked an API key' }).filter({ hasText: apiKey }).waitFor();
    const downloading = page.waitForEvent('download');
    await page.getByTestId('export').click();
    expect((await downloading).suggestedFilename()).toMatch(/\.ndjson\.gz$/);
  });
});
