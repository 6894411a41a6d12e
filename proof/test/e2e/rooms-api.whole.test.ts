// A company's server sees and controls a real room: over REST, with LiveKit's own SDK, and by docs/integrate.md.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import type { SessionClient } from '@meridian/client';
import type { RtpParameters } from '@meridian/protocol';
import {
  AccessToken,
  DataPacket_Kind,
  RoomServiceClient,
  TrackSource,
  TrackType,
  type VideoGrant,
} from 'livekit-server-sdk';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../base/runtime/test/support/free-port.ts';
import { closePages, Participant } from '../support/browser.ts';
import type { TestCloud } from '../support/cloud.ts';
import { headless } from '../support/headless.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { Terminal } from '../support/terminal.ts';

let cloud: TestCloud;
let browser: Browser;
const clients: SessionClient[] = [];
beforeAll(async () => {
  cloud = sharedCloud();
  browser = await sharedChromium();
});
afterAll(async () => {
  for (const client of clients) client.leave();
  if (browser !== undefined) await closePages(browser);
  await browser?.close();
});

const opus: RtpParameters = {
  mid: '0',
  codecs: [
    { mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2, parameters: {}, rtcpFeedback: [] },
  ],
  headerExtensions: [],
  encodings: [{ ssrc: 1111 }],
  rtcp: { cname: 'test', reducedSize: true },
};
const microphone = {
  trackId: 'TR_MicrophoneOfAnn',
  kind: 'audio',
  source: 'microphone',
  name: 'mic',
  muted: false,
  mimeType: 'audio/opus',
  layerKind: 'simple',
  layers: [],
  width: 0,
  height: 0,
} as const;

async function ask(method: string, path: string, body?: object): Promise<{ status: number; body: never }> {
  const { key, secret } = cloud.secrets().devKey;
  const token = new AccessToken(key, secret, { ttl: '5m' });
  token.addGrant({ roomCreate: true, roomList: true, roomAdmin: true });
  const answer = await fetch(`${cloud.pageUrl}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await token.toJwt()}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as never };
}

async function join(room: string, identity: string, entry: 'frankfurt' | 'singapore') {
  const { status, body } = await ask('POST', `/rooms/${room}/tokens`, { identity, name: identity });
  expect(status).toBe(201);
  return joinWith(body, entry);
}
/** Joins by a link, as the page does for a guest. */
async function joinByLink(link: string, entry: 'frankfurt' | 'singapore') {
  return joinWith(await tokenByLink(link), entry);
}
async function tokenByLink(link: string): Promise<{ token: string }> {
  const code = new URL(link).pathname.replace('/j/', '');
  const { status, body } = await ask('POST', '/join-links/exchange', { code, browserId: crypto.randomUUID() });
  expect(status).toBe(200);
  return body;
}
/** `ended`: resolves with the code that ended the session. */
function joinWith({ token }: { token: string }, entry: 'frankfurt' | 'singapore') {
  const client = headless(cloud.entryUrl(entry), { token });
  clients.push(client);
  const ended = new Promise<string>((resolve) => client.on('disconnected', (reason) => resolve(reason)));
  return { client, ended, joined: client.connect() };
}

/** Time within which everybody sees the change of a host or company (docs/rooms.md). */
const SEEN_MS = 1000;

describe('a company’s server', () => {
  it('makes a room, sees the people in it, mutes, promotes, removes, and ends it', async () => {
    const room = 'by-rest';
    expect((await ask('POST', '/rooms', { name: room, metadata: 'board', maxParticipants: 9 })).status).toBe(201);
    expect((await ask('GET', `/rooms/${room}`)).body).toMatchObject({ active: false, maxParticipants: 9 });
    const ann = await join(room, 'ann', 'frankfurt');
    const bob = await join(room, 'bob', 'singapore');
    await Promise.all([ann.joined, bob.joined]);
    await ann.client.publish(microphone, opus);

    const shown = await until('the api sees both and the track', async () => {
      const { body } = await ask('GET', `/rooms/${room}/participants`);
      const { data } = body as { data: { identity: string; tracks: object[] }[] };
      return data.length === 2 && data.some(({ tracks }) => tracks.length === 1) && data;
    });
    expect(shown.map(({ identity }) => identity).sort()).toEqual(['ann', 'bob']);
    expect((await ask('GET', `/rooms?name=${room}`)).body).toMatchObject({
      data: [{ name: room, active: true, numParticipants: 2, numPublishers: 1, metadata: 'board' }],
      missing: [],
    });

    const muted = await ask('POST', `/rooms/${room}/participants/ann/mute`, { source: 'microphone' });
    expect(muted).toMatchObject({ status: 200, body: { tracks: [{ sid: microphone.trackId, muted: true }] } });
    const answeredMs = performance.now();
    await until('the others see it', () => bob.client.roster.track(microphone.trackId)?.muted === true);
    expect(performance.now() - answeredMs).toBeLessThan(3 * SEEN_MS);
    const promoted = await ask('PATCH', `/rooms/${room}/participants/bob`, { role: 'cohost', name: 'Bob B.' });
    expect(promoted).toMatchObject({ status: 200, body: { role: 'cohost', name: 'Bob B.' } });
    expect((await ask('PATCH', `/rooms/${room}`, { locked: true, metadata: 'closed' })).status).toBe(200);
    await until('Ann hears of it', () => ann.client.roster.info.metadata === 'closed' && ann.client.roster.info.locked);

    expect((await ask('DELETE', `/rooms/${room}/participants/ann?forever=true`)).status).toBe(204);
    expect(await ann.ended).toBe('KICKED');
    expect((await ask('GET', `/rooms/${room}/participants/ann`)).status).toBe(404);
    expect((await ask('DELETE', `/rooms/${room}`)).status).toBe(204);
    expect(await bob.ended).toBe('ROOM_ENDED');
    await until('the room is gone', async () => (await ask('GET', `/rooms/${room}`)).status === 404);
  });

  it('controls a room with LiveKit’s SDK', async () => {
    const room = 'by-livekit';
    const { key, secret } = cloud.secrets().devKey;
    const livekit = new RoomServiceClient(cloud.pageUrl, key, secret);
    await livekit.createRoom({ name: room, emptyTimeout: 600 });
    const ann = await join(room, 'ann', 'singapore');
    await ann.joined;
    await ann.client.publish({ ...microphone, trackId: 'TR_AnotherOfAnn123' }, opus);
    expect((await livekit.listRooms([room])).map(({ numParticipants }) => numParticipants)).toEqual([1]);
    const [track] = (await livekit.getParticipant(room, 'ann')).tracks;
    expect(track).toMatchObject({ sid: 'TR_AnotherOfAnn123', type: TrackType.AUDIO, muted: false });
    expect((await livekit.mutePublishedTrack(room, 'ann', 'TR_AnotherOfAnn123', true)).muted).toBe(true);
    await livekit.updateParticipant(room, 'ann', { attributes: { seat: '7' } });
    await until(
      'Ann hears of it',
      () => ann.client.roster.get(ann.client.session?.sessionId ?? '')?.attributes['seat'] === '7',
    );
    await livekit.removeParticipant(room, 'ann');
    expect(await ann.ended).toBe('KICKED');
    await livekit.deleteRoom(room);
    expect(await livekit.listRooms([room])).toEqual([]);
  });

  it('limits, subscribes, messages and removes people with LiveKit’s SDK, by tokens that it signs', async () => {
    const room = 'by-livekit-alone';
    const { key, secret } = cloud.secrets().devKey;
    const livekit = new RoomServiceClient(cloud.pageUrl, key, secret);
    const joinWithGrants = async (identity: string, entry: 'frankfurt' | 'singapore', grants: VideoGrant) => {
      const token = new AccessToken(key, secret, { identity, attributes: { team: 'red' } });
      token.addGrant(Object.assign({ roomJoin: true, room }, grants));
      const one = joinWith({ token: await token.toJwt() }, entry);
      await one.joined;
      return one;
    };
    const ann = await joinWithGrants('ann', 'frankfurt', { canPublishSources: [TrackSource.MICROPHONE] });
    const bob = await joinWithGrants('bob', 'singapore', {});
    const cid = await joinWithGrants('cid', 'singapore', {});
    const people = await livekit.listParticipants(room);
    expect(people.map(({ identity }) => identity).sort()).toEqual(['ann', 'bob', 'cid']);
    const { permission, attributes } = await livekit.getParticipant(room, 'ann');
    expect([permission?.canPublishSources, attributes]).toEqual([[TrackSource.MICROPHONE], { team: 'red' }]);

    const heard: string[] = [];
    bob.client.on('subscriptionsAdded', (rows) => heard.push(...rows.map(({ trackId }) => `+${trackId}`)));
    bob.client.on('subscriptionRemoved', (_id, trackId, reason) => heard.push(`-${trackId} ${reason}`));
    const screen = { ...microphone, trackId: 'TR_ScreenSoundOfAnn', source: 'screen_share_audio' } as const;
    await expect(ann.client.publish(screen, opus)).rejects.toMatchObject({ code: 'NOT_PERMITTED' });
    await ann.client.publish(microphone, opus);
    const changes = { canPublish: true, canSubscribe: true, canPublishSources: [TrackSource.SCREEN_SHARE_AUDIO] };
    await livekit.updateParticipant(room, 'ann', { name: 'Ann A.', metadata: '{"seat":7}', permission: changes });
    await until('her microphone ends for others', () => bob.client.roster.track(microphone.trackId) === undefined);
    const seen = bob.client.roster.participants().find(({ identity }) => identity === 'ann');
    expect(seen).toMatchObject({ name: 'Ann A.', metadata: '{"seat":7}', canPublishData: false });
    await ann.client.publish({ ...screen, trackId: 'TR_ScreenSoundOfAnn2' }, opus);

    await until('bob receives her', () => heard.includes('+TR_ScreenSoundOfAnn2'));
    await livekit.updateSubscriptions(room, 'bob', ['TR_ScreenSoundOfAnn2'], false);
    await until('bob receives her no more', () => heard.includes('-TR_ScreenSoundOfAnn2 UNSUBSCRIBED'));

    const written: string[] = [];
    for (const [name, { client }] of Object.entries({ bob, cid }))
      client.on('data', (message) => written.push(`${name} ${message.topic} ${Buffer.from(message.payload)}`));
    const bytes = new TextEncoder().encode('hi');
    await livekit.sendData(room, bytes, DataPacket_Kind.RELIABLE, { topic: 'one', destinationIdentities: ['cid'] });
    await livekit.sendData(room, bytes, DataPacket_Kind.RELIABLE, { topic: 'all' });
    await until('both have what is for all', () => written.filter((line) => line.includes('all')).length === 2);
    expect(written.sort()).toEqual(['bob all hi', 'cid all hi', 'cid one hi']);

    await livekit.deleteRoom(room);
    expect(await Promise.all([ann.ended, bob.ended, cid.ended])).toEqual(['ROOM_ENDED', 'ROOM_ENDED', 'ROOM_ENDED']);
  });
});

/** Returns the blocks of docs/integrate.md, in order, at the folder of this cloud. */
function guideBlocks(o: { receiver: string; port: number }): string[] {
  const page = readFileSync(new URL('../../../docs/integrate.md', import.meta.url), 'utf8');
  return [...page.matchAll(/```sh example=integrate\n([\s\S]*?)```/g)].map(([, commands = '']) =>
    commands
      .replaceAll('. .meridian/env', `. ${cloud.stateDir}/env`)
      .replaceAll('listen(3000', `listen(${o.port}`)
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${o.port}`)
      .replaceAll('receiver.mjs', o.receiver),
  );
}
const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** Joins by a link on the page, with a camera and a microphone. */
async function joinOnPage(link: string): Promise<Page> {
  const one = await Participant.open(browser, link, { lang: 'en', from: 'frankfurt' });
  await one.page.locator('#name:disabled').waitFor(); // the link fills in and locks the person's name
  await one.page.getByTestId('join').click();
  await one.connected();
  return one.page;
}

/** Puts a transcript with the token with which the host of this link is in the room; returns the status. */
async function putTranscriptAsHost(link: string, recording: string): Promise<number> {
  const { token } = await tokenByLink(link);
  const answer = await fetch(`${cloud.pageUrl}/api/v1/recordings/${recording}/transcripts/zh`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ vtt: 'WEBVTT\n\n00:00.000 --> 00:05.000\n欢迎参加季度会议。\n' }),
  });
  return answer.status;
}

const pieces = async (): Promise<number> => {
  const shown = await Promise.all(['rec-fra', 'rec-sgp'].map((id) => cloud.metrics(id)));
  return shown.reduce((sum, text) => sum + Number(/_pieces_total (\d+)/.exec(text)?.[1] ?? 0), 0);
};

it('follows docs/integrate.md from a key to a report', async () => {
  const folder = mkdtempSync(path(tmpdir(), 'meridian-integrate-'));
  const port = await freePort();
  const terminal = new Terminal(path(import.meta.dirname, '../../..'));
  try {
    const blocks = guideBlocks({ receiver: path(folder, 'receiver.mjs'), port });
    const [names, key, tokens, joining, receiver, hook, tried, book, links, acts, ...later] = blocks;
    const [record, transcript, end, found, report, cleanUp, ...more] = later;
    expect(more).toEqual([]);
    await terminal.paste(`${names}\n${key}`);
    expect(await terminal.paste(tokens ?? '')).toContain('"kind":"key"');
    expect(await terminal.paste(joining ?? '')).toMatch(/^eyJ.+\nhttp.+#token=eyJ/);
    await terminal.paste(`${receiver}\n${hook}`);
    await until('the receiver listens', () => listens(port));
    expect(await terminal.paste(tried ?? '')).toContain('"delivered":true');
    await until('the receiver has the test', () => terminal.output.includes('event webhook.tested'));
    await terminal.paste(book ?? '');
    // The receiver prints into the same terminal.
    const [hers = '', his = ''] = (await terminal.paste(links ?? '')).match(/^http\S+/gm) ?? [];
    const mira = await joinOnPage(hers);
    const otto = await joinByLink(his, 'singapore');
    await otto.joined;
    await otto.client.publish(microphone, opus);
    const did = await terminal.paste(acts ?? '');
    expect(did).toMatch(/"identity":"mira".*"identity":"otto"|"identity":"otto".*"identity":"mira"/);
    expect(did).toContain('"muted":true');
    expect(did).toContain('"conflicts":[]');
    const before = await pieces();
    await terminal.paste(record ?? '');
    await until('it is recorded', () => /event recording\.started re_\w/.test(terminal.output));
    await terminal.paste(transcript ?? '');
    expect(await putTranscriptAsHost(hers, /recording\.started (re_\w+)/.exec(terminal.output)?.[1] ?? '')).toBe(204);
    await until('media is on a disk', async () => (await pieces()) >= before + 5);
    await terminal.paste(end ?? '');
    expect(await otto.ended).toBe('ROOM_ENDED');
    await mira.getByRole('heading', { name: 'The meeting has ended' }).waitFor();
    const printedEvent = (event: string, name: string) => new RegExp(`^event ${event} mt_\\w+ ${name}$`, 'm');
    await until('the receiver knows', () => printedEvent('room_finished', '').test(terminal.output));
    await until('the video is there', () => /event recording\.finished re_/.test(terminal.output), 240_000);
    const video = await terminal.paste(found ?? '');
    expect(video).toContain('"transcripts":["en","zh"]');
    const [, pageUrl = ''] = /"pageUrl":"([^"]+)"/.exec(video) ?? [];
    const player = await browser.newPage();
    await player.goto(pageUrl);
    await player.getByTestId('picture').waitFor({ timeout: 60_000 });
    for (const name of ['mira', 'otto']) expect(terminal.output).toMatch(printedEvent('participant_joined', name));
    expect(await terminal.paste(report ?? '')).toMatch(
      / mira +Mira +host +present [\s\S]* otto +Otto +invitee +present /,
    );
    await terminal.paste(cleanUp ?? '');
    expect(await listens(port)).toBe(false);
  } finally {
    terminal.close();
    rmSync(folder, { recursive: true });
  }
}, 420_000);
