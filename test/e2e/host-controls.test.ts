// What a host does in a running meeting, by the buttons of the page: people wait and are let in, speak when asked, go
// off the stage and on, are kept out, and the meeting ends for everybody.
import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { closePages, launchChromium, Participant } from '../support/browser.ts';
import { join, seesMore, smallCamera } from '../support/call.ts';
import type { TestCloud } from '../support/cloud.ts';
import { until } from '../support/poll.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

let cloud: TestCloud;
let browser: Browser;
beforeAll(async () => {
  cloud = sharedCloud();
  browser = await launchChromium();
});
afterEach(() => closePages(browser));
afterAll(async () => {
  await browser?.close();
});

const press = (one: Participant, testId: string): Promise<void> => one.page.getByTestId(testId).click();
/** The invitation that the host's page copies: guests of it have no rights of a host. */
async function invitationOf(host: Participant): Promise<string> {
  await host.context.grantPermissions(['camera', 'microphone', 'clipboard-read', 'clipboard-write']);
  await press(host, 'copy-link');
  const copied = () => host.page.evaluate(() => navigator.clipboard.readText());
  return until('the link is copied', async () => /\/j\/[\w-]{22}$/.test(await copied()) && (await copied()));
}
async function enter(guest: Participant, name: string): Promise<void> {
  await guest.page.fill('#name', name);
  await press(guest, 'join');
}
async function openByLink(url: string, name: string): Promise<Participant> {
  const guest = await Participant.open(browser, url, { lang: 'en', from: 'singapore' }, smallCamera);
  await enter(guest, name);
  return guest;
}
const identityOf = (one: Participant): Promise<string> => one.room('return room.localParticipant.identity;');
const othersOf = (one: Participant): Promise<string[]> =>
  one.room('return [...room.remoteParticipants.values()].map(({ name }) => name);');
const ended = (one: Participant, code: string): Promise<void> =>
  one.page.locator(`[data-testid=ended][data-code=${code}]`).waitFor();

/** One of the two switches of the host's dialog; waits until the service has said so. */
async function setRoom(host: Participant, testId: 'host-lock' | 'host-lobby', on: boolean): Promise<void> {
  await press(host, 'host');
  await press(host, testId);
  await host.page.locator(`[data-testid=${testId}][aria-checked=${on}]`).waitFor();
  await host.page.keyboard.press('Escape');
}
/** A row in the list of participants, which is open. */
const rowOf = (host: Participant, identity: string): Locator =>
  host.page.locator(`[data-panel=people] li[data-identity="${identity}"]`);
async function choose(host: Participant, identity: string, choice: string): Promise<void> {
  await rowOf(host, identity).getByTestId('manage').click();
  await rowOf(host, identity).locator(`[data-testid=person-menu] [data-choice=${choice}]`).click();
}

it('a host lets people in, mutes, asks, puts off the stage and on, shows large, locks, removes and ends', async () => {
  const host = await join(
    browser,
    cloud,
    { name: 'Hana', room: 'host-controls', from: 'frankfurt', lang: 'en' },
    smallCamera,
  );
  const url = await invitationOf(host);

  // The waiting room: in front of the room one is in no roster.
  await setRoom(host, 'host-lobby', true);
  const guest = await openByLink(url, 'Gil');
  await guest.page.getByTestId('waiting').waitFor();
  await host.page.getByTestId('waiting-badge').waitFor();
  expect(await othersOf(host)).toEqual([]);
  await press(host, 'people');
  expect(await host.page.getByTestId('waiting-list').innerText()).toContain('Gil');
  await press(host, 'admit');
  await guest.connected();
  await host.page.getByTestId('waiting-list').waitFor({ state: 'detached' });
  const gil = await identityOf(guest);
  await Promise.all([seesMore(host, 1), seesMore(guest, 1)]);

  // A hand, and a sign.
  await press(guest, 'react');
  await press(guest, 'hand');
  await host.page.locator(`[data-identity="${gil}"] [data-testid=tile-hand]`).waitFor();
  await choose(host, gil, 'lowerHand');
  await guest.page.getByTestId('tile-hand').waitFor({ state: 'detached' });
  await press(guest, 'react');
  await guest.page.getByRole('button', { name: '👏' }).click();
  await host.page.locator(`[data-identity="${gil}"] [data-testid=reaction]`).waitFor();

  // Muted by the host; unmuted only by consent.
  const microphone = (state: 'on' | 'off') =>
    guest.page.locator(`[data-testid=microphone][data-state=${state}]`).waitFor();
  await microphone('on');
  await choose(host, gil, 'mute');
  await microphone('off');
  await choose(host, gil, 'askUnmute');
  await press(guest, 'unmute-yes');
  await microphone('on');
  await until('the host hears of it', () =>
    host.room('return room.getParticipantByIdentity(arg).isMicrophoneEnabled;', gil),
  );

  // Off the stage and on again.
  await choose(host, gil, 'stageOff');
  await guest.page.getByText('You are watching. Raise your hand to speak.').waitFor();
  await until('its tracks are gone', () =>
    host.room('return room.getParticipantByIdentity(arg).trackPublications.size === 0;', gil),
  );
  await press(guest, 'react');
  await press(guest, 'hand');
  await rowOf(host, gil).getByLabel('Hand raised').waitFor();
  await choose(host, gil, 'stage');
  await guest.page.locator('[data-testid=camera][data-state=off]').click();
  await guest.page.locator('[data-testid=camera][data-state=on]').waitFor();
  await seesMore(host, 1);

  // Large for everybody.
  await choose(host, gil, 'spotlight');
  for (const one of [host, guest])
    await one.page.locator(`[data-mode=focus] .stage-main [data-identity="${gil}"]`).waitFor();

  // Locked: a third is refused and told why.
  await setRoom(host, 'host-lobby', false);
  await setRoom(host, 'host-lock', true);
  const third = await openByLink(url, 'Theo');
  await third.page.locator('[data-testid=join-problem][data-code=ROOM_LOCKED]').waitFor();
  expect(await third.page.getByTestId('join-problem').innerText()).toContain('The room is locked');
  await setRoom(host, 'host-lock', false);
  await enter(third, 'Theo');
  await third.connected();

  // Removed for good: no way back is offered, nor is there one.
  await choose(host, gil, 'remove');
  await host.page.getByRole('checkbox', { name: 'Keep out' }).check();
  await host.page.getByRole('button', { name: 'Remove', exact: true }).click();
  await ended(guest, 'KICKED');
  expect(await guest.page.getByRole('button', { name: 'Join again' }).count()).toBe(0);
  await guest.page.getByTestId('ended').getByRole('button').click();
  await enter(guest, 'Gil');
  await guest.page.locator('[data-testid=join-problem][data-code=KICKED]').waitFor();

  // Over for everybody.
  await until('two are left', async () => (await othersOf(host)).join() === 'Theo');
  await press(host, 'host');
  await press(host, 'end-all');
  await press(host, 'end-confirm');
  await Promise.all([ended(third, 'ROOM_ENDED'), ended(host, 'ROOM_ENDED')]);
});
