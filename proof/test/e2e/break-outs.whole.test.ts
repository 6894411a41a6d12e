// Break-out rooms by the buttons of the page: a host divides a meeting, its people join their rooms, and the host
// closes the rooms.
import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { closePages, type Participant } from '../support/browser.ts';
import { join, untilMoreFrames } from '../support/call.ts';
import type { TestCloud } from '../support/cloud.ts';
import { press } from '../support/host-page.ts';
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

const joinAs = (name: string, more: Record<string, string> = {}): Promise<Participant> =>
  join(browser, cloud, { name, room: 'divided', from: 'frankfurt', lang: 'en', ...more });
const identityOf = (one: Participant): Promise<string> => one.room('return room.localParticipant.identity;');
const tiles = (person: Participant, identities: readonly string[]): Promise<unknown> =>
  until(`the tiles of ${person.name}`, async () => {
    const shown = await person.page
      .getByTestId('tile')
      .evaluateAll((all) => all.map((tile) => tile.getAttribute('data-identity') ?? ''));
    return shown.toSorted().join() === identities.toSorted().join();
  });
const openRoom = (host: Participant, name: string): Locator =>
  host.page.locator(`[data-testid=open-room][data-break-out="${name}"]`);
const enterRoom = async (one: Participant, name: string): Promise<void> => {
  await press(one, 'break-out-join');
  await one.page.getByTestId('break-out-name').getByText(name).waitFor();
};

it('a host opens two rooms: each sees only its own people, an announcement reaches all, and all return', async () => {
  const host = await joinAs('Hana');
  const [ann, bo] = await Promise.all([joinAs('Ann', { guest: '1' }), joinAs('Bo', { guest: '1' })]);
  const id = { hana: await identityOf(host), ann: await identityOf(ann), bo: await identityOf(bo) };
  const all = [host, ann, bo];
  await Promise.all(all.map((one) => tiles(one, Object.values(id))));

  await press(host, 'host');
  await press(host, 'break-outs');
  await host.page.getByTestId('planned-room').first().getByRole('textbox').fill('Red');
  for (const [identity, room] of [
    [id.ann, '0'],
    [id.bo, '1'],
  ] as const)
    await host.page.locator(`[data-identity="${identity}"]`).getByTestId('break-out-of').selectOption(room);
  await press(host, 'break-outs-open-all');
  await ann.page.getByTestId('break-out-invited').getByText('Red').waitFor();

  await Promise.all([enterRoom(ann, 'Red'), enterRoom(bo, 'Room 2')]);
  await Promise.all([tiles(host, [id.hana]), tiles(ann, [id.ann]), tiles(bo, [id.bo])]);
  for (const [name, identity] of [
    ['Red', id.ann],
    ['Room 2', id.bo],
  ] as const)
    await openRoom(host, name).locator(`[data-identity="${identity}"][data-there=true]`).waitFor();
  await ann.page.locator('[data-testid=microphone][data-state=on]').waitFor();

  await openRoom(host, 'Red').getByTestId('break-out-enter').click();
  await host.page.getByTestId('break-out-name').getByText('Red').waitFor();
  await Promise.all([tiles(host, [id.hana, id.ann]), tiles(ann, [id.hana, id.ann]), tiles(bo, [id.bo])]);
  await Promise.all([untilMoreFrames(host, 1), untilMoreFrames(ann, 1)]);
  expect(await bo.room<number>('return room.breakOutRoom.remoteParticipants.size;')).toBe(0);

  await host.page.getByTestId('announce-input').fill('Five more minutes');
  await host.page.keyboard.press('Enter');
  for (const one of [ann, bo]) await one.page.getByTestId('announcement').getByText('Five more minutes').waitFor();

  // A participant who muted themselves stays muted on the way back.
  await press(bo, 'microphone');
  await bo.page.locator('[data-testid=microphone][data-state=off]').waitFor();
  await press(host, 'break-outs-close');
  await bo.page.getByText('Room 2 was closed. You are back in the main room.').waitFor();
  for (const one of all) await one.page.getByTestId('break-out-name').waitFor({ state: 'detached' });
  await Promise.all(all.map((one) => tiles(one, Object.values(id))));
  await Promise.all(all.map((one) => untilMoreFrames(one, 1)));
  await ann.page.locator('[data-testid=microphone][data-state=on]').waitFor();
  expect(await bo.page.getByTestId('microphone').getAttribute('data-state')).toBe('off');
});
