// A day at a company: its office system (examples/oa) books a weekly meeting, people of two regions join by the links
// in their mails, the host controls the meeting, and webhooks report everything to the office system.
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Answer, MeridianClient } from '@meridian/api-client';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { freePort } from '../../../base/runtime/test/support/free-port.ts';
import { buildOa } from '../../../examples/oa/src/app.ts';
import { meridianOf } from '../../../examples/oa/src/meridian.ts';
import { Participant } from './browser.ts';
import { untilMoreFrames, whereabouts } from './call.ts';
import type { TestCloud } from './cloud.ts';
import { choosePersonAction, endForAll, press, setRoom, untilMeetingEnded } from './host-page.ts';
import { calendarsOf, type Mail, startMailbox } from './mailbox.ts';
import { until } from './poll.ts';

interface OaEvent {
  readonly sequence: number;
  readonly event: string;
  readonly participant?: { readonly identity: string; readonly name: string };
  readonly track?: { readonly source: string };
  readonly room: { readonly locked: boolean };
}
interface OaBooking {
  readonly number: string;
  readonly events: readonly OaEvent[];
  readonly invitees: readonly { readonly userId: string; readonly url: string }[];
  readonly report?: Report;
}
type Report = Answer<'/meetings/{meeting}/report', 'get'>;

/** `mailPort`: port to which the api of the cloud sends mails. Its configuration admits webhooks to 127.0.0.1. */
export async function oaDay(o: { cloud: TestCloud; browser: Browser; mailPort: number }): Promise<void> {
  const mailbox = await startMailbox(o.mailPort);
  const { key, secret } = o.cloud.secrets().devKey;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const access = { url: o.cloud.pageUrl, apiKey: key, apiSecret: secret };
  const oa = buildOa({ access, url, database: ':memory:' });
  await oa.app.listen({ host: '127.0.0.1', port });
  try {
    await oa.subscribe();
    await day({ ...o, url, mails: mailbox.mails, meridian: meridianOf(access) });
  } finally {
    await oa.app.close();
    await mailbox.close();
  }
}

interface Day {
  readonly browser: Browser;
  readonly url: string;
  readonly mails: readonly Mail[];
  readonly meridian: MeridianClient;
}

async function day(o: Day): Promise<void> {
  const { browser, url, mails } = o;
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const office = await context.newPage();
  await office.goto(url);
  await bookMeeting(office);
  const id = await until('it is booked', () => new URL(office.url()).hash.slice(1) || undefined);
  const booking = async (): Promise<OaBooking> => {
    const answer = await fetch(`${url}/api/bookings/${id}`);
    expect([answer.status, answer.ok ? '' : await answer.text()]).toEqual([200, '']);
    return (await answer.json()) as OaBooking;
  };
  const { number, invitees } = await booking();
  await office.locator('#state').getByText(`Not in progress · Meeting number ${number}`).waitFor();
  await expectOnlyRelevantTexts(office);

  const mailOf = (link: string) => mails.find(({ text }) => text.includes(link));
  await until('three mails have come', () => invitees.every(({ url: link }) => mailOf(link) !== undefined));
  for (const { userId, url: link } of invitees) {
    const mail = mailOf(link) ?? expect.fail(`no mail for ${userId}`);
    expect(mail.to).toBe(`${userId}@example.org`);
    expect(calendarsOf(mail).map((file) => file.match(/^(METHOD|RRULE|SEQUENCE):.*$/gm)?.sort())).toContainEqual([
      'METHOD:REQUEST',
      expect.stringMatching(/^RRULE:FREQ=WEEKLY/),
      'SEQUENCE:0',
    ]);
  }
  const linkOf = (identity: string): string =>
    invitees.find(({ userId }) => userId === identity)?.url ?? expect.fail(`no link for ${identity}`);

  const elsewhere = office.locator('[data-booking]');
  const otherMeeting = await o.meridian.post('/meetings', { body: { title: 'Of others' } });
  const path = { meeting: otherMeeting.id };
  await elsewhere.getByText('Of others').waitFor();
  const change = { params: { path, header: { 'If-Match': '*' } }, body: { title: 'Of another system' } };
  await o.meridian.patch('/meetings/{meeting}', change);
  await elsewhere.getByText('Of another system').waitFor();
  await o.meridian.delete('/meetings/{meeting}', { params: { path } });
  await elsewhere.filter({ hasText: 'Of another system' }).getByText('Cancelled').waitFor();

  const hana = await joinByLink(browser, linkOf('hana'), 'frankfurt');
  await hana.connected();
  const bo = await joinByLink(browser, linkOf('bo'), 'singapore');
  await bo.page.getByTestId('waiting').waitFor();
  await hana.page.getByTestId('waiting-badge').waitFor();
  await press(hana, 'people');
  await press(hana, 'admit');
  await bo.connected();
  await Promise.all([untilMoreFrames(hana, 1), untilMoreFrames(bo, 1)]);
  const [hers, his] = await Promise.all([whereabouts(hana), whereabouts(bo)]);
  expect([hers.nodeRegion, his.nodeRegion]).toEqual(['frankfurt', 'singapore']);
  await office.locator('#state').getByText('In progress').waitFor();
  await office.locator('[data-booking]').getByText('In progress · 2').waitFor();

  await choosePersonAction(hana, 'bo', 'mute');
  await bo.page.locator('[data-testid=microphone][data-state=off]').waitFor();
  await setRoom(hana, 'host-lock', true);
  await office.locator('#state').getByText('In progress, locked').waitFor();
  await choosePersonAction(hana, 'bo', 'stageOff');
  await until('its tracks are gone', () =>
    hana.room("return room.getParticipantByIdentity('bo').trackPublications.size === 0;"),
  );
  await choosePersonAction(hana, 'bo', 'stage');
  await bo.page.locator('[data-testid=camera][data-state=off]').click();
  await untilMoreFrames(hana, 1);
  await office.locator('[data-control=unlock]').click();
  await until('the host hears that it is open', () => hana.room('return !room.isLocked;'));
  // A browser reports quality when its user leaves; in a longer meeting it has reported before.
  await until('something is measured', () =>
    bo.room<boolean>('const now = room.getStatsSummary(); return now !== undefined && now.rttMs > 0;'),
  );
  await press(bo, 'leave');
  await office.locator('[data-booking]').getByText('In progress · 1').waitFor();
  await endForAll(hana);
  await untilMeetingEnded(hana, 'ROOM_ENDED');

  await office.locator('#report').waitFor();
  await expectOnlyRelevantTexts(office);
  const { events } = await booking();
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1));
  const names = events.map(({ event }) => event);
  expect([names[0], names.at(-1)]).toEqual(['room_started', 'room_finished']);
  expect([...new Set(names)].filter((name) => !documented.includes(name))).toEqual([]);
  const about = (wanted: string, identity: string) =>
    events.filter(({ event, participant }) => event === wanted && participant?.identity === identity).length;
  for (const identity of ['hana', 'bo'])
    expect([identity, about('participant_joined', identity), about('participant_left', identity)]).toEqual([
      identity,
      1,
      1,
    ]);
  expect(about('track_unpublished', 'bo')).toBe(about('track_published', 'bo'));
  const locks = events.filter(({ event }) => event === 'room.changed').map(({ room }) => room.locked);
  expect(locks.filter((locked, at) => locked !== locks[at - 1])).toEqual(expect.arrayContaining([true, false]));
  await expectForgedEventsRefused(url, booking);

  // Quality records follow the events soon.
  await until('Meridian knows how it went', async () => {
    const { occurrences } = await o.meridian.get('/meetings/{meeting}/report', { params: { path: { meeting: id } } });
    return occurrences
      .flatMap((one) => one.persons)
      .some(({ identity, quality }) => identity === 'bo' && quality !== undefined);
  });
  const persons = (await booking()).report?.occurrences.flatMap((one) => one.persons) ?? [];
  expect(persons).toMatchObject([
    { identity: 'hana', attendance: 'present', as: 'host', joins: 1 },
    { identity: 'bo', attendance: 'present', as: 'invitee', joins: 1 },
    { identity: 'mei', attendance: 'absent', as: 'invitee', joins: 0, totalS: 0 },
  ]);
  expect(persons.slice(0, 2).every(({ totalS }) => totalS > 0)).toBe(true);
  expect(persons[1]?.quality).toMatchObject({ device: expect.stringMatching(/Chrom/) });
  expect(persons[1]?.quality?.route[0]).toBe(his.nodeId);
  await context.close();
}

/** Checks that the text has words for people, and no values of the program. */
async function expectOnlyRelevantTexts(office: Page): Promise<void> {
  const text = await office.locator('#detail').innerText();
  expect(text).not.toMatch(/false|undefined|needsAction/);
  expect(text).toContain('has not answered');
}

async function bookMeeting(office: Page): Promise<void> {
  await office.locator('#new').click();
  const form = office.locator('#form');
  await form.locator('[name=title]').fill('Quarter review');
  await form.locator('[name=recurrence]').selectOption('FREQ=WEEKLY');
  await form.locator('[name=host]').selectOption('hana');
  for (const id of ['bo', 'mei']) await form.locator(`[name=invitee][value=${id}]`).check();
  await form.getByRole('button', { name: 'Book', exact: true }).click();
}

async function joinByLink(browser: Browser, link: string, from: 'frankfurt' | 'singapore'): Promise<Participant> {
  const one = await Participant.open(browser, link, { lang: 'en', from });
  await one.page.locator('#name:disabled').waitFor(); // the link fills in and locks the person's name
  await press(one, 'join');
  return one;
}

/** Checks that bodies without a signature, with another secret, or changed on the way are refused. */
async function expectForgedEventsRefused(url: string, booking: () => Promise<OaBooking>): Promise<void> {
  const before = await booking();
  const body = JSON.stringify({ id: 'EV_x', event: 'room_started', room: { sid: 'RM_x', name: 'x' } });
  const atS = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', randomBytes(24)).update(`EV_x.${atS}.${body}`).digest('base64');
  const signed = { 'webhook-id': 'EV_x', 'webhook-timestamp': String(atS), 'webhook-signature': `v1,${signature}` };
  for (const headers of [{}, signed]) {
    const answer = await fetch(`${url}/hooks/meridian`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    expect(answer.status).toBe(401);
  }
  expect((await booking()).events).toEqual(before.events);
}

const documented = Object.keys(
  (
    JSON.parse(readFileSync(new URL('../../../product/api/openapi.json', import.meta.url), 'utf8')) as {
      readonly webhooks: object;
    }
  ).webhooks,
);
