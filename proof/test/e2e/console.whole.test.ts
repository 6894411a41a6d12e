import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePages, type Participant } from '../support/browser.ts';
import { join } from '../support/call.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { OPERATORS, sharedCloud } from '../support/shared-cloud.ts';
import { type SignedIn, signedInOperator, signedInPage, signedInUser } from '../support/users.ts';

const room = 'console';
const cloud = sharedCloud();
let browser: Browser;
let operator: SignedIn;
let other: SignedIn;
let ana: Participant;
let bo: Participant;
let page: Page;
beforeAll(async () => {
  browser = await sharedChromium();
  [page, other, ana, bo] = await Promise.all([
    operatorsPage(),
    signedInUser(cloud, { tenant: 'others', role: 'admin' }),
    join(browser, cloud, { room, name: 'Ana', from: 'frankfurt' }),
    join(browser, cloud, { room, name: 'Bo', from: 'singapore' }),
  ]);
  // This rule always fires. Its alarm, and Bo's mute, reach the console while the first tests run.
  await operator.ask('PATCH', '/alarm-rules/webhook-backlog', { limit: 0, forS: 0, severity: 'critical' });
  // A microphone that is muted before its track is published is published muted, without the event "muted".
  for (const enabled of [true, false]) await bo.room(`await room.localParticipant.setMicrophoneEnabled(${enabled});`);
});
afterAll(async () => {
  await closePages(browser);
  await browser?.close();
});

async function operatorsPage(): Promise<Page> {
  operator = await signedInOperator(cloud, OPERATORS);
  return signedInPage(browser, cloud, operator);
}

const sessionOf = (one: Participant): Promise<string> => one.room('return room.localParticipant.sessionId;');

it('the map shows the sites, the link that the call uses, and the places of its people, live', async () => {
  await page.goto(`${cloud.pageUrl}/console?lang=en`);
  await page.getByTestId('map-totals').getByText('2 of 2 media nodes alive').waitFor();
  const seen = await page.evaluate(
    () =>
      new Promise<{ sites: string[]; links: string[]; places: string[] }>((resolve) => {
        const seen = { sites: new Set<string>(), links: new Set<string>(), places: new Set<string>() };
        const stream = new EventSource('/api/v1/console/world/stream');
        const onMessage = ({ data }: MessageEvent<string>): void => {
          const { sites, links, places } = JSON.parse(data) as Record<'sites' | 'links' | 'places', never[]>;
          for (const { site } of sites) seen.sites.add(site);
          for (const { from, to, isUsed, sessions } of links)
            if (isUsed && sessions >= 2) seen.links.add(`${from} ${to}`);
          for (const { place } of places) seen.places.add(place);
          if (seen.links.size === 0 || seen.places.size < 2) return;
          stream.close();
          const [bySite, byLink, byPlace] = [[...seen.sites], [...seen.links], [...seen.places]];
          resolve({ sites: bySite.sort(), links: byLink, places: byPlace.sort() });
        };
        stream.addEventListener('world', onMessage);
        stream.addEventListener('change', onMessage);
      }),
  );
  expect(seen.sites).toEqual(['frankfurt/frankfurt', 'singapore/singapore']);
  expect(seen.links).toEqual(['frankfurt/frankfurt singapore/singapore']);
  expect(seen.places).toEqual(expect.arrayContaining(['Frankfurt', 'Singapore']));
});

it('joins are counted by the region of the node that answered', async () => {
  const answered = await until('they are counted', async () => {
    const [, { data }] = await operator.ask('GET', '/console/joins?tenant=dev');
    const regions = (data as { key: string; succeeded: number }[]).filter(({ succeeded }) => succeeded > 0);
    return regions.length > 0 && regions.map(({ key }) => key);
  });
  for (const region of answered) expect(['frankfurt', 'singapore']).toContain(region);
});

it('the room shows both people, and the hop of a track between their nodes', async () => {
  const camera = await ana.room<string>('return room.localParticipant.getTrackPublication("camera").trackId;');
  const hop = { trackId: camera, nodeId: 'sfu-sgp-1', fromNodeId: 'sfu-fra-1' };
  await until('the hop is in the plan', async () => {
    const [, { hops }] = await operator.ask('GET', `/console/rooms/dev/${room}/plan`);
    return (hops as object[]).some((one) => JSON.stringify(one) === JSON.stringify(hop));
  });
  await page.goto(`${cloud.pageUrl}/console/rooms/dev/${room}?lang=en`);
  await page.getByTestId('tree').getByText('sfu-sgp-1').first().waitFor();
  for (const name of ['Ana', 'Bo']) await page.getByRole('link', { name, exact: true }).waitFor();
});

it('the timeline of a person shows figures, events, and why the person is at its node', async () => {
  const session = await sessionOf(bo);
  const timeline = await until('all of it is stored', async () => {
    const [, { points, events, decisions }] = await operator.ask('GET', `/console/sessions/${session}`);
    const kinds = (events as { kind: string; source?: string }[]).map(({ kind, source = '' }) => `${kind} ${source}`);
    // The first record precedes its round trip.
    const point = (points as { rttMs?: number }[]).find(({ rttMs }) => rttMs !== undefined);
    const hasAll = kinds.includes('muted microphone') && point !== undefined;
    return hasAll && { point, kinds, decisions };
  });
  expect(timeline.point).toMatchObject({ source: 'client', nodeId: 'sfu-sgp-1' });
  expect(timeline.kinds).toContain('joined ');
  expect(timeline.decisions).toMatchObject([{ why: 'nearest', chosen: { nodeId: 'sfu-sgp-1' } }]);
  await page.goto(`${cloud.pageUrl}/console/sessions/${session}?lang=en`);
  await page.getByTestId('decision').getByText('sfu-sgp-1 in Singapore').first().waitFor();
  await page.getByTestId('events').getByText('Microphone muted').waitFor();
});

it('an alarm is listed, and acknowledged with a note by the keyboard', async () => {
  const ours = async () => {
    const [, { alarms }] = await operator.ask('GET', '/alarms');
    return (alarms as { rule: string; acknowledged?: object }[]).find(({ rule }) => rule === 'webhook-backlog');
  };
  await until('the alarm has fired', ours);
  await page.goto(`${cloud.pageUrl}/console/alarms?lang=en`);
  const row = page.getByTestId('alarm').filter({ hasText: 'Webhooks wait' });
  await row.getByTestId('acknowledge').press('Enter');
  await page.getByTestId('note').fill('A test makes it.');
  await page.getByTestId('note').press('Enter');
  await row.getByText('A test makes it.').waitFor();
  expect(await ours()).toMatchObject({ acknowledged: { note: 'A test makes it.' } });
});

it('the morning report has its three parts, a sentence in each line, and the alarm above', async () => {
  await page.goto(`${cloud.pageUrl}/console/inspection?lang=en`);
  const report = page.getByTestId('inspection');
  for (const name of ['Problems', 'To review', 'Fine'])
    await report.getByRole('heading', { name, exact: true }).waitFor();
  await report.getByRole('region', { name: 'Problems' }).getByText('Alarm “Webhooks wait').waitFor();
  const lines = await report.getByRole('listitem').allInnerTexts();
  expect(lines.length).toBeGreaterThan(18);
  expect(lines.filter((line) => !/^\S.*\./s.test(line) || /undefined|NaN|[{}]/.test(line))).toEqual([]);
  const usual = { limit: null, forS: null, severity: null };
  expect((await operator.ask('PATCH', '/alarm-rules/webhook-backlog', usual))[0]).toBe(200);
});

it("the console is closed to other tenants' users, and sessions are hidden from them", async () => {
  const session = await sessionOf(bo);
  const sid = await bo.room<string>('return room.sid;');
  for (const path of ['/console/world', '/console/nodes', '/console/joins', `/console/sessions/${session}`])
    expect([path, (await other.ask('GET', path))[0]]).toEqual([path, 403]);
  const own = `/room-lives/${sid}/sessions/${session}/timeline`;
  expect((await other.ask('GET', own))[0]).toBe(404);
});
