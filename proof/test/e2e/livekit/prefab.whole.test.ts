// A company with LiveKit's ready-made meeting page changes only its address and key: the page holds a call with ours.
import { AccessToken } from 'livekit-server-sdk';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { closePages, Participant } from '../../support/browser.ts';
import { join, untilMoreFrames, untilMoreSound } from '../../support/call.ts';
import type { TestCloud } from '../../support/cloud.ts';
import { PrefabServer } from '../../support/livekit/prefab-server.ts';
import { until } from '../../support/poll.ts';
import { sharedChromium } from '../../support/shared-browser.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';

const room = 'livekit-prefab';
/** Shown characters of a console line: some of LiveKit's hold its whole request. */
const LINE_MAX = 200;
let cloud: TestCloud;
let browser: Browser;
let server: PrefabServer;
beforeAll(async () => {
  cloud = sharedCloud();
  [browser, server] = await Promise.all([sharedChromium(), PrefabServer.start()]);
});
afterEach(() => closePages(browser));
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

async function openPrefab(name: string, secret = cloud.secrets().devKey.secret): Promise<Participant> {
  const token = new AccessToken(cloud.secrets().devKey.key, secret, { identity: `id-${name}`, name });
  token.addGrant({ room, roomJoin: true });
  const query = { name, url: cloud.pageUrl.replace(/^http/, 'ws'), token: await token.toJwt() };
  return Participant.open(browser, server.origin, query);
}

const failureOf = async ({ page }: Participant): Promise<string | undefined> =>
  (await page.locator('body').getAttribute('data-failure')) ?? undefined;

const tile = ({ page }: Participant, whose: 'local' | 'remote') =>
  page.locator(`.lk-participant-tile[data-lk-local-participant="${whose === 'local'}"] video`);

/** Resolves when the page shows its own camera; throws the page's failure otherwise. */
async function inCall(one: Participant): Promise<void> {
  const failed = one.page.locator('body[data-failure]');
  await tile(one, 'local').or(failed).first().waitFor();
  const failure = await failureOf(one);
  if (failure === undefined) return;
  const lines = one.console.map((line) => line.slice(0, LINE_MAX));
  throw new Error(`${one.name}: ${failure}\n${lines.join('\n')}`);
}

it('a token with a wrong secret is refused, and LiveKit’s page shows that', async () => {
  const eve = await openPrefab('Eve', 'another secret, which is long enough');
  expect(await until('the refusal', () => failureOf(eve))).toMatch(/TOKEN_INVALID/);
  expect(await tile(eve, 'local').count()).toBe(0);
});

it('LiveKit’s meeting page and ours see and hear each other, and chat', async () => {
  const [lina, ana] = await Promise.all([
    openPrefab('Lina'),
    join(browser, cloud, { room, name: 'Ana', from: 'singapore' }),
  ]);
  await inCall(lina);
  await Promise.all([untilMoreFrames(lina), untilMoreFrames(ana), untilMoreSound(lina), untilMoreSound(ana)]);
  await until('Lina’s page shows Ana', () =>
    tile(lina, 'remote').evaluate((video) => (video as HTMLVideoElement).videoWidth > 0),
  );

  await ana.room(
    "window.chat = []; room.on('chatMessage', ({ text }, from) => from?.isLocal || window.chat.push([text, from?.name]));",
  );
  await lina.page.locator('.lk-chat-toggle').first().click();
  await lina.page.locator('.lk-chat-form-input').fill('hello from LiveKit, 你好');
  await lina.page.keyboard.press('Enter');
  await until('Ana reads Lina’s line', () => ana.room<boolean>('return window.chat.length > 0;'));
  await ana.room("await room.localParticipant.sendChatMessage('hello, Lina');");
  await lina.page.locator('.lk-chat-entry[data-lk-message-origin="remote"]').first().waitFor();
  // Each line appears once: LiveKit sends some messages in an old and a new form, and an own line could return.
  expect(await ana.room('return window.chat;')).toEqual([['hello from LiveKit, 你好', 'Lina']]);
  const shown = await lina.page.locator('.lk-message-body').allTextContents();
  expect(shown).toEqual(['hello from LiveKit, 你好', 'hello, Lina']);
  expect(await failureOf(lina)).toBeUndefined();
});
