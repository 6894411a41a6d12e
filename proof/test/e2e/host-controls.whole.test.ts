// A host controls a running meeting by the buttons of the page: admits waiting people, lets them speak, moves them off
// and onto the stage, keeps them out, and ends the meeting for everybody.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { closePages, Participant } from '../support/browser.ts';
import { join, untilMoreFrames } from '../support/call.ts';
import type { TestCloud } from '../support/cloud.ts';
import {
  choosePersonAction,
  endForAll,
  prepareClipboard,
  press,
  pressInMore,
  rowOf,
  setRoom,
  untilMeetingEnded,
} from '../support/host-page.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

let cloud: TestCloud;
let browser: Browser;
beforeAll(async () => {
  cloud = sharedCloud();
  browser = await sharedChromium();
});
afterEach(() => closePages(browser));
afterAll(async () => {
  await browser?.close();
});

/** Returns the link that the host's page copies; its guests have no rights of a host. */
async function invitationOf(host: Participant): Promise<string> {
  await prepareClipboard(host);
  await press(host, 'copy-link');
  const copied = () => host.page.evaluate(() => navigator.clipboard.readText());
  return until('the link is copied', async () => /\/j\/[\w-]{22}$/.test(await copied()) && (await copied()));
}
async function enter(guest: Participant, name: string): Promise<void> {
  await guest.page.fill('#name', name);
  await press(guest, 'join');
}
async function openByLink(url: string, name: string): Promise<Participant> {
  const guest = await Participant.open(browser, url, { lang: 'en', from: 'singapore' });
  await enter(guest, name);
  return guest;
}
const identityOf = (one: Participant): Promise<string> => one.room('return room.localParticipant.identity;');
const othersOf = (one: Participant): Promise<string[]> =>
  one.room('return [...room.remoteParticipants.values()].map(({ name }) => name);');

async function rename(participant: Participant, name: string): Promise<void> {
  await participant.page.getByTestId('rename-input').fill(name);
  await press(participant, 'rename-save');
  await participant.page.getByTestId('rename-input').waitFor({ state: 'detached' });
}
async function write(participant: Participant, text: string): Promise<void> {
  await participant.page.getByTestId('chat-input').fill(text);
  await participant.page.keyboard.press('Enter');
  await participant.page.getByTestId('chat-line').getByText(text).waitFor();
}

/** Checks that no other button lies over Leave in windows from phones to desks; a host has the most buttons. */
async function untilLeaveIsFree({ page }: Participant): Promise<void> {
  for (const width of [360, 600, 800, 1000, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await until(`Leave is free at ${width} px`, () =>
      page.evaluate(() => {
        const [leave] = [...document.querySelectorAll('.leave')].filter((one) => one.getClientRects().length > 0);
        const { left = 0, right = 0, top = 0, height = 0 } = leave?.getBoundingClientRect() ?? {};
        const points = [left + 2, (left + right) / 2, right - 2].map((x) =>
          document.elementFromPoint(x, top + height / 2),
        );
        return right > left && points.every((one) => leave?.contains(one));
      }),
    );
  }
}

it('a host admits, mutes and asks people, moves them off and onto the stage, spotlights, locks, removes and ends', async () => {
  const host = await join(browser, cloud, { name: 'Hana', room: 'host-controls', from: 'frankfurt', lang: 'en' });
  const url = await invitationOf(host);

  await untilLeaveIsFree(host);

  // Waiting people are in no roster.
  await setRoom(host, 'host-lobby', true);
  const guest = await openByLink(url, 'Gil');
  await guest.page.getByTestId('waiting').waitFor();
  await host.page.getByTestId('waiting-badge').waitFor();
  expect(await othersOf(host)).toEqual([]);
  await press(host, 'people');
  expect(await host.page.getByTestId('waiting-list').innerText()).toContain('Gil');
  await press(host, 'toast-admit');
  await guest.connected();
  await host.page.getByTestId('waiting-list').waitFor({ state: 'detached' });
  await host.page.getByTestId('toast-admit').waitFor({ state: 'detached' });
  const gil = await identityOf(guest);
  await Promise.all([untilMoreFrames(host, 1), untilMoreFrames(guest, 1)]);

  await press(guest, 'people');
  await choosePersonAction(guest, gil, 'rename');
  await rename(guest, 'Gil G.');
  await until('the host sees it', async () => (await othersOf(host)).join() === 'Gil G.');
  await choosePersonAction(host, gil, 'rename');
  await rename(host, 'Gil Greene');
  await guest.page.locator(`[data-testid=tile][data-identity="${gil}"]`, { hasText: 'Gil Greene' }).waitFor();

  await choosePersonAction(host, gil, 'message');
  await write(host, 'only for you');
  await guest.page.locator('[data-testid=chat] .badge', { hasText: '1' }).waitFor();
  await press(guest, 'chat');
  await guest.page.locator('[data-testid=chat-line][data-private]', { hasText: 'only for you' }).waitFor();
  await host.page.getByTestId('chat-to').selectOption('');
  await write(host, 'for all');
  await guest.page.locator('[data-testid=chat-line]:not([data-private])', { hasText: 'for all' }).waitFor();

  await host.page.getByTestId('chat-to').evaluate((field: HTMLElement) => field.blur());
  await host.page.keyboard.press('Escape');
  await host.page.keyboard.press('i');
  await host.page.locator(`[data-identity="${gil}"] [data-testid=tile-stats]`, { hasText: /× .*bit\/s/ }).waitFor();
  await press(host, 'stats-copy');
  const copied = await until('the numbers are copied', async () => {
    const text = await host.page.evaluate(() => navigator.clipboard.readText());
    return text.startsWith('Meridian, ') && text;
  });
  expect(copied).toMatch(/Gil Greene \(.*by sfu-sgp-1 > sfu-fra-1\n {2}camera: \d+x\d+ .* kbit\/s/);

  await pressInMore(host, 'devices');
  await press(host, 'test-speaker');
  await host.page.locator('[data-testid=test-speaker][data-state=playing]').waitFor();
  await press(host, 'test-microphone');
  await host.page.locator('[data-testid=test-microphone][data-state=recording]').waitFor();
  await host.page.locator('[data-testid=test-speaker][data-state=idle]').waitFor();
  await host.page.locator('[data-testid=test-microphone][data-state=playing]').waitFor();
  await host.page.locator('[data-testid=test-microphone][data-state=idle]').waitFor();
  await host.page.keyboard.press('Escape');

  // A tile fills the screen, and a small window stays visible while the page is not.
  const tile = host.page.locator(`[data-testid=tile][data-identity="${gil}"]`);
  const fullScreen = () => host.page.evaluate(() => document.fullscreenElement?.getAttribute('data-identity') ?? '');
  await tile.dblclick();
  await until('the tile fills the screen', async () => (await fullScreen()) === gil);
  await tile.dblclick();
  await until('it does no longer', async () => (await fullScreen()) === '');
  await pressInMore(host, 'small');
  const smallWindow = await until('there is a small window', async () =>
    host.context.pages().find((page) => page !== host.page),
  );
  await smallWindow.locator(`[data-testid=small-window] [data-identity="${gil}"] video`).waitFor();
  await smallWindow.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5);
  await smallWindow.getByTestId('small-microphone').click();
  await host.page.locator('[data-testid=microphone][data-state=off]').waitFor();
  await pressInMore(host, 'small');
  await until('it is closed', async () => smallWindow.isClosed());

  await host.room('await room.acts.setRoom({ endsAtMs: Date.now() + 4 * 60_000 });');
  await guest.page.getByTestId('end-near').waitFor();
  await press(host, 'extend');
  await guest.page.getByTestId('end-near').waitFor({ state: 'detached' });
  expect(await guest.room<number>('return room.endsAtMs - Date.now();')).toBeGreaterThan(18 * 60_000);
  await press(host, 'people');

  await press(guest, 'react');
  await press(guest, 'hand');
  await host.page.locator(`[data-identity="${gil}"] [data-testid=tile-hand]`).waitFor();
  await choosePersonAction(host, gil, 'lowerHand');
  await guest.page.getByTestId('tile-hand').waitFor({ state: 'detached' });
  await press(guest, 'react');
  await guest.page.getByRole('button', { name: '👏' }).click();
  await host.page.locator(`[data-identity="${gil}"] [data-testid=reaction]`).waitFor();

  // The reactions stay open until closed; the call is usable meanwhile, and the focus returns.
  await guest.page.getByRole('button', { name: '🎉' }).click();
  await host.page.locator(`[data-identity="${gil}"] [data-testid=reaction]`, { hasText: '🎉' }).waitFor();
  await guest.page.keyboard.press('m');
  await guest.page.locator('[data-testid=microphone][data-state=off]').waitFor();
  await guest.page.getByTestId('popover-reactions').waitFor();
  await guest.page.keyboard.press('m');
  await guest.page.keyboard.press('Escape');
  await guest.page.getByTestId('popover-reactions').waitFor({ state: 'detached' });
  await guest.page.locator('[data-testid=react]:focus').waitFor();
  await pressInMore(guest, 'devices');
  await press(guest, 'microphone'); // a press outside closes the popover and still takes effect
  await guest.page.getByTestId('popover-devices').waitFor({ state: 'detached' });
  await guest.page.locator('[data-testid=microphone][data-state=off]').waitFor();
  await press(guest, 'microphone');
  const hostHears = () =>
    until('the host hears of it', () =>
      host.room('return room.getParticipantByIdentity(arg).isMicrophoneEnabled;', gil),
    );
  await hostHears();

  // A participant muted by the host is unmuted only by consent.
  const microphone = (state: 'on' | 'off') =>
    guest.page.locator(`[data-testid=microphone][data-state=${state}]`).waitFor();
  await microphone('on');
  await choosePersonAction(host, gil, 'mute');
  await microphone('off');
  await choosePersonAction(host, gil, 'askUnmute');
  await press(guest, 'unmute-yes');
  await microphone('on');
  await hostHears();

  await choosePersonAction(host, gil, 'stageOff');
  await guest.page.getByText('You are watching. Raise your hand to speak.').waitFor();
  await until('its tracks are gone', () =>
    host.room('return room.getParticipantByIdentity(arg).trackPublications.size === 0;', gil),
  );
  await press(guest, 'react');
  await press(guest, 'hand');
  await rowOf(host, gil).getByLabel('Hand raised').waitFor();
  await choosePersonAction(host, gil, 'stage');
  await guest.page.locator('[data-testid=camera][data-state=off]').click();
  await guest.page.locator('[data-testid=camera][data-state=on]').waitFor();
  await untilMoreFrames(host, 1);

  await choosePersonAction(host, gil, 'spotlight');
  for (const one of [host, guest])
    await one.page.locator(`[data-mode=focus] [data-place=main][data-identity="${gil}"]`).waitFor();

  await setRoom(host, 'host-lobby', false);
  await setRoom(host, 'host-lock', true);
  const third = await openByLink(url, 'Theo');
  await third.page.locator('[data-testid=join-problem][data-code=ROOM_LOCKED]').waitFor();
  const problem = await third.page.getByTestId('join-problem').innerText();
  for (const text of ['Couldn’t join the meeting', 'The room is locked', 'Ask the host to unlock', 'ROOM_LOCKED'])
    expect(problem).toContain(text);
  await setRoom(host, 'host-lock', false);
  await enter(third, 'Theo');
  await third.connected();
  await press(third, 'chat');
  await third.page.getByTestId('chat-line').getByText('for all').waitFor();
  expect(await third.page.getByText('only for you').count()).toBe(0);

  // A participant removed for good is offered no way back, and has none.
  await choosePersonAction(host, gil, 'remove');
  await host.page.getByRole('checkbox', { name: 'Block from rejoining' }).check();
  await host.page.getByRole('button', { name: 'Remove', exact: true }).click();
  await untilMeetingEnded(guest, 'KICKED');
  expect(await guest.page.getByRole('button', { name: 'Join again' }).count()).toBe(0);
  await guest.page.getByTestId('ended').getByRole('button', { name: 'Back to the lobby' }).click();
  await enter(guest, 'Gil');
  await guest.page.locator('[data-testid=join-problem][data-code=KICKED]').waitFor();

  await until('two are left', async () => (await othersOf(host)).join() === 'Theo');
  await endForAll(host);
  await Promise.all([untilMeetingEnded(third, 'ROOM_ENDED'), untilMeetingEnded(host, 'ROOM_ENDED')]);
  await third.page.getByRole('heading', { name: 'The meeting has ended' }).waitFor();
  expect(await third.page.getByTestId('failure-code').isVisible()).toBe(false);
});

it('a recorded meeting shows the recording to all, also to latecomers, who may leave; then it is stopped', async () => {
  const room = 'recorded-meeting';
  const host = await join(browser, cloud, { name: 'Hana', room, from: 'frankfurt', lang: 'en' });
  await press(host, 'record');
  const running = (one: Participant) => one.page.locator('[data-testid=recording][data-state=running]').waitFor();
  await running(host);
  expect(await host.page.getByTestId('recording').textContent()).toMatch(/^Recording: one video/);
  const recordingId = await host.room<string>('return room.recordings[0].recordingId;');
  const isReported = async (): Promise<boolean> =>
    (await cloud.recordingsRunning()).some((one) => one.endsWith(`/${room} ${recordingId}`));
  await until('its recorder reports it', isReported);
  const guest = await join(browser, cloud, { name: 'Gil', room, from: 'singapore', lang: 'en' });
  await running(guest);
  expect(
    await guest.page
      .getByRole('status')
      .filter({ hasText: /^Recording/ })
      .count(),
  ).toBe(1);
  expect(await othersOf(guest)).toEqual(['Hana']);
  expect(await host.page.getByTestId('recording-notice').count()).toBe(0); // the host who pressed Record is not asked
  await press(guest, 'recording-agree');
  await guest.page.getByTestId('recording-notice').waitFor({ state: 'detached' });
  await press(host, 'record');
  await host.page.getByText('Ask a host with an account to share it with you.').waitFor();
  expect(await host.page.getByTestId('recording-notice').count()).toBe(0);
  await until('its recorder is done', async () => !(await isReported()));
  for (const one of [host, guest]) await one.page.getByTestId('recording').waitFor({ state: 'detached' });

  await press(host, 'record-choices');
  await host.page.getByTestId('record-tracks').check();
  await press(host, 'record-begin');
  await host.page.getByText('Recording: separate tracks').waitFor();
  await press(host, 'record-choices');
  await press(host, 'record-stop');
  for (const one of [host, guest]) await one.page.getByTestId('recording').waitFor({ state: 'detached' });
});

it('a browser without WebRTC is led to a page where it can watch, with its token', async () => {
  const context = await browser.newContext();
  await context.addInitScript(() => Reflect.deleteProperty(window, 'RTCPeerConnection'));
  const page = await context.newPage();
  await page.goto(`${cloud.pageUrl}/?room=no-webrtc&name=Wei&join=1&lang=en`);
  const watch = page.getByTestId('unsupported').getByRole('link');
  expect(await watch.getAttribute('href')).toMatch(/^\/play\/no-webrtc\?.*name=Wei/);
  await watch.click();
  await page.waitForURL(/\/play\/no-webrtc/);
});
