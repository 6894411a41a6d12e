// A company's system makes a link by REST; a guest opens it in a browser, enters a name and joins.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePages, Participant } from '../support/browser.ts';
import { join, untilMoreFrames, whereabouts } from '../support/call.ts';
import type { TestCloud } from '../support/cloud.ts';
import { requestApi } from '../support/company.ts';
import { prepareClipboard } from '../support/host-page.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

let cloud: TestCloud;
let browser: Browser;
let rooms = 0;
beforeAll(async () => {
  cloud = sharedCloud();
  browser = await sharedChromium();
});
afterEach(() => closePages(browser));
afterAll(async () => {
  await browser?.close();
});

const newRoom = (): string => {
  rooms += 1;
  return `links-${rooms}`;
};

const ask = (method: 'POST' | 'GET' | 'DELETE', path: string, body?: object) => requestApi(cloud, method, path, body);
const newLink = async (body: object) => (await ask('POST', '/join-links', body)) as { id: string; url: string };

/** Opens the link for a guest in a browser of their own, without pressing the button. */
const open = (url: string): Promise<Participant> => Participant.open(browser, url, { lang: 'en', from: 'singapore' });
async function enter(guest: Participant, name: string, password?: string): Promise<void> {
  await guest.page.fill('#name', name);
  if (password !== undefined) await guest.page.fill('#password', password);
  await guest.page.getByTestId('join').click();
}
const problemOf = (guest: Participant, code: string): Promise<void> =>
  guest.page.locator(`[data-testid=join-problem][data-code=${code}]`).waitFor();
const identityOf = (one: Participant): Promise<string> => one.room('return room.localParticipant.identity;');
const othersOf = (one: Participant): Promise<[string, string][]> =>
  one.room('return [...room.remoteParticipants.values()].map(({ identity, name }) => [identity, name]);');

/** Runs the README's script at the folder of this cloud. */
function readmeLink(): { url: string; room: string } {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const script = /```sh example=link\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const here = script.replace('. .meridian/env', `. ${cloud.stateDir}/env`);
  return JSON.parse(execFileSync('bash', ['-ec', here], { encoding: 'utf8' }));
}

describe('a join link', () => {
  it('made as in the README admits a person', async () => {
    const { url, room } = readmeLink();
    expect(room).toBe('demo');
    const guest = await open(url);
    await enter(guest, 'Gil');
    await guest.connected();
    expect(await guest.page.title()).toBe('Weekly · Meridian');
  });

  it('keeps its person through a reload, and ends their session when it is revoked', async () => {
    const room = newRoom();
    await ask('POST', '/rooms', { name: room });
    const { id, url } = await newLink({ room, title: 'Weekly' });
    const host = await join(browser, cloud, { name: 'Hana', room, from: 'frankfurt' });
    const guest = await open(url);
    expect(await guest.page.locator('#room').count()).toBe(0);
    await enter(guest, 'Gil');
    await guest.connected();
    const identity = await identityOf(guest);
    await until('Hana sees Gil', async () => (await othersOf(host)).some(([who]) => who === identity));
    expect(await othersOf(host)).toEqual([[identity, 'Gil']]);
    expect(new URL(guest.page.url()).pathname).toBe(`${new URL(url).pathname}/`);
    expect(await guest.page.title()).toBe('Weekly · Meridian');
    await Promise.all([untilMoreFrames(guest, 1), untilMoreFrames(host, 1)]);

    await guest.page.reload();
    await enter(guest, 'Gil');
    await guest.connected();
    expect(await identityOf(guest)).toBe(identity);
    expect(await ask('GET', `/join-links/${id}`)).toMatchObject({ uses: 1 });

    await ask('DELETE', `/join-links/${id}`);
    // The promise of docs/users.md is one second.
    await guest.page.getByTestId('ended').waitFor({ timeout: 3000 });
    const latecomer = await open(url);
    await problemOf(latecomer, 'LINK_INVALID');
    await enter(latecomer, 'Late');
    await problemOf(latecomer, 'LINK_INVALID');
    expect(await guest.room('return room.state;')).toBe('disconnected');
    await until('Hana is alone', async () => (await othersOf(host)).length === 0);
  });

  it('with a password asks for it, reports a wrong one, and admits by the right one', async () => {
    const { url } = await newLink({ room: newRoom(), password: 'open sesame' });
    const guest = await open(url);
    await guest.page.locator('#password').waitFor();
    await enter(guest, 'Gil');
    await guest.page.getByText('Please enter the password').waitFor();
    expect(await guest.page.getByTestId('join-problem').count()).toBe(0);
    await enter(guest, 'Gil', 'open says me');
    await problemOf(guest, 'PASSWORD_WRONG');
    await enter(guest, 'Gil', 'open sesame');
    await guest.connected();
    // The guest of a plain link can copy no link.
    await guest.page.locator('.invite').waitFor();
    expect(await guest.page.getByRole('button', { name: 'Copy link' }).count()).toBe(0);
  });

  it('copied by a participant admits another from another browser', async () => {
    const room = newRoom();
    const host = await join(browser, cloud, { name: 'Hana', room, from: 'frankfurt', lang: 'en' });
    await prepareClipboard(host);
    await host.page.getByTestId('copy-link').click();
    await host.page.getByRole('textbox', { name: 'Link to this room' }).waitFor();
    await until('it is copied', async () =>
      /\/j\/[\w-]{22}$/.test(await host.page.evaluate(() => navigator.clipboard.readText())),
    );
    const guest = await open(await host.page.evaluate(() => navigator.clipboard.readText()));
    await enter(guest, 'Gil');
    await guest.connected();
    await until('they see each other', async () => (await othersOf(guest)).some(([, name]) => name === 'Hana'));
    expect(await guest.room('return room.localParticipant.permissions.admin;')).toBe(false);
  });
});

it('lets its company read, after a meeting, who was there and with what quality', async () => {
  const { id, room } = await ask('POST', '/meetings', { title: 'Weekly', hosts: ['nobody'] });
  const hana = await join(browser, cloud, { name: 'Hana', room: String(room), from: 'frankfurt' });
  const gil = await join(browser, cloud, { name: 'Gil', room: String(room), from: 'singapore' });
  await Promise.all([untilMoreFrames(hana, 1), untilMoreFrames(gil, 1)]);
  const all = await Promise.all(
    [hana, gil].map(async (one) => {
      const measured =
        'const now = room.getStatsSummary(); return now !== undefined && now.rttMs > 0 && now.inboundBps > 0;';
      await until('something is measured', () => one.room<boolean>(measured));
      return { identity: await identityOf(one), ...(await whereabouts(one)) };
    }),
  );
  for (const one of [hana, gil]) await one.page.getByTestId('leave').click();
  type Person = { identity: string; attendance: string; lastLeftAt?: string; quality?: Record<string, unknown> };
  const persons = await until('both have left, and how it went is reported', async () => {
    const { occurrences } = (await ask('GET', `/meetings/${id}/report`)) as { occurrences: { persons: Person[] }[] };
    const present = occurrences[0]?.persons ?? [];
    return present.filter((one) => one.lastLeftAt && one.quality).length === 2 && present;
  });
  expect(persons[2]).toMatchObject({ identity: 'nobody', attendance: 'absent' });
  for (const { identity, nodeId, signalingId } of all) {
    const { quality } = persons.find((one) => one.identity === identity) ?? {};
    expect(quality).toMatchObject({ signalingId, transport: 'udp', device: expect.stringMatching(/^.*Chrom.* \d+, /) });
    expect(quality?.['route']).toEqual([nodeId, ...all.map((one) => one.nodeId).filter((other) => other !== nodeId)]);
    expect(quality?.['rttP95Ms']).toBeGreaterThan(0);
    expect(quality?.['receivedBps']).toBeGreaterThan(0);
    expect(quality).toMatchObject({ location: expect.any(String), sdk: expect.stringMatching(/^web\//) });
  }
});

describe('a booked meeting', () => {
  it('is joined by its number into the waiting room, from which its host, with a link of their own, admits', async () => {
    const meeting = (await ask('POST', '/meetings', {
      title: 'Plan',
      invitees: [{ name: 'Hana', userId: 'hana', role: 'host' }],
      settings: { waitingRoom: true, joinBeforeHost: false, muteOnEntry: true },
      password: 'open sesame',
    })) as { id: string; number: string; invitees: { id: string }[] };
    const guest = await open(`${cloud.pageUrl}/m/${meeting.number}`);
    await guest.page.locator('#password').waitFor();
    // The lobby shows the time and not the title, since numbers can be guessed.
    await guest.page.getByTestId('lobby-when').getByText('Today').waitFor();
    expect(await guest.page.getByText('Plan', { exact: true }).count()).toBe(0);
    await enter(guest, 'Gil', 'open sesame');
    await guest.page.getByTestId('waiting').getByTestId('meeting-times').waitFor();
    const { url } = await ask('GET', `/meetings/${meeting.id}/invitees/${meeting.invitees[0]?.id}/link`);
    const host = await open(String(url));
    await host.page.getByRole('heading', { name: 'Plan' }).waitFor();
    expect(await host.page.title()).toBe('Plan · Meridian');
    // The link fills in and locks the person's name.
    const name = host.page.locator('#name');
    expect([await name.inputValue(), await name.isDisabled()]).toEqual(['Hana', true]);
    await host.page.getByTestId('join').click();
    await host.connected();
    expect(await host.room('return [room.localParticipant.identity, room.localParticipant.role];')).toEqual([
      'hana',
      'host',
    ]);
    await host.page.getByTestId('waiting-badge').waitFor();
    await host.page.getByTestId('people').click();
    await host.page.getByTestId('admit').click();
    await guest.connected();
    await until('the window has the title', async () => (await guest.page.title()) === 'Plan · Meridian');
    expect(await othersOf(guest)).toEqual([['hana', 'Hana']]);
    expect(await guest.room('return room.localParticipant.isMicrophoneEnabled;')).toBe(false);

    await ask('DELETE', `/meetings/${meeting.id}`);
    expect(await ask('GET', `/rooms/${meeting.id}`)).toMatchObject({ active: true, locked: true });
    const late = await open(`${cloud.pageUrl}/m/${meeting.number}`);
    await problemOf(late, 'NUMBER_INVALID');
    expect(await guest.room('return room.state;')).toBe('connected');
  });
});
