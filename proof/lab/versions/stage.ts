// People on a cloud of two versions: a lasting call of two, an encoder's picture, and visitors by the pages of both
// versions.
import { nodeKind } from '@meridian/protocol';
import type { Browser } from 'playwright-core';
import { longestGap } from '../../support/longest-gap.ts';
import { type CameraSize, Participant } from '../../test/support/browser.ts';
import { join, untilMoreFrames, untilMoreSound, whereabouts } from '../../test/support/call.ts';
import type { TestCloud } from '../../test/support/cloud.ts';
import { until } from '../../test/support/poll.ts';
import { waysOf } from '../../test/support/ways.ts';
import { playTimesOf } from '../plays.ts';
import { Call, type Gaps } from '../two-servers/call.ts';
import type { Company } from './company.ts';
import { Encoder } from './encoder.ts';

const camera: CameraSize = { width: 320, height: 180, frameRate: 15 };
const answeredMsMax = 30_000;
export const room = 'versions';
const show = 'show';

export class Stage {
  readonly #cloud: TestCloud;
  readonly #browser: Browser;
  readonly #call: Call;
  readonly #encoder: Encoder;
  readonly identities: string[] = [];
  #visits = 0;

  private constructor(o: { cloud: TestCloud; browser: Browser; call: Call; encoder: Encoder }) {
    this.#cloud = o.cloud;
    this.#browser = o.browser;
    this.#call = o.call;
    this.#encoder = o.encoder;
  }

  /** Opens the call and the encoder. Resolves when the two see and hear each other, and see the encoder's picture. */
  static async open(cloud: TestCloud, browser: Browser): Promise<Stage> {
    const query = { room, codec: 'vp8' };
    const ana = await join(browser, cloud, Object.assign({ name: 'Ana', from: 'frankfurt' }, query), camera);
    const bo = await join(browser, cloud, Object.assign({ name: 'Bo', from: 'singapore' }, query), camera);
    const streamAddresses = await waysOf(cloud, 'frankfurt', { room, identity: show, from: 'frankfurt' });
    const encoder = new Encoder(streamAddresses.publish?.rtmp.url ?? '');
    const call = await Call.ofPeople([ana, bo]);
    await call.watch();
    const stage = new Stage({ cloud, browser, call, encoder });
    for (const p of call.people) stage.identities.push(await identityOf(p));
    await stage.#showPlays();
    return stage;
  }

  async homes(): Promise<{ frankfurt: string; singapore: string }> {
    const [a, b] = await Promise.all(this.#call.people.map(whereabouts));
    return { frankfurt: a?.nodeId ?? '', singapore: b?.nodeId ?? '' };
  }

  /** Returns the longest gaps of the two people and of the encoder, from `act` until everything plays again. */
  async gapsDuring(act: () => Promise<unknown>): Promise<Gaps & { readonly show: number }> {
    await this.#call.plays();
    await this.#call.forget();
    const fromMs = Date.now();
    await this.#call.plays();
    await act();
    await this.#call.plays();
    await this.#showPlays();
    const toMs = Date.now();
    const gaps = await this.#call.gaps(fromMs, toMs);
    const shows = await Promise.all(this.#call.people.map((p) => showMs(p)));
    return Object.assign({ show: Math.max(...shows.map((times) => longestGap(times, fromMs, toMs))) }, gaps);
  }

  /** Lets a visitor join by a page, see, hear, exchange data, mute and unmute, and leave. Rejects if a step fails. */
  async visit(pageUrl: string, from: 'frankfurt' | 'singapore'): Promise<void> {
    this.#visits += 1;
    const name = `Visitor ${this.#visits}`;
    const query = { join: '1', name, from, room, codec: 'vp8' };
    const visitor = await Participant.open(this.#browser, pageUrl, query, camera);
    try {
      await visitor.connected();
      this.identities.push(await identityOf(visitor));
      await Promise.all([untilMoreFrames(visitor, 10), untilMoreSound(visitor)]);
      await this.#exchange(visitor, name);
      await visitor.room('await room.disconnect();');
    } finally {
      await visitor.close();
    }
  }

  /** Lets a visitor exchange data with the others, then mute and unmute, which the others must see. */
  async #exchange(visitor: Participant, name: string): Promise<void> {
    const listen =
      "window.heard = []; room.on('dataReceived', (bytes) => window.heard.push(new TextDecoder().decode(bytes)));";
    const everyone = [...this.#call.people, visitor];
    for (const p of everyone) await p.room(listen);
    const send = (p: Participant, text: string): Promise<void> =>
      p.room('await room.localParticipant.publishData(new TextEncoder().encode(arg));', text);
    const hears = (p: Participant, text: string): Promise<boolean> =>
      until(
        `${p.name} hears "${text}"`,
        () => p.room<boolean>('return window.heard.includes(arg);', text),
        answeredMsMax,
      );
    await send(visitor, name);
    for (const p of this.#call.people) await hears(p, name);
    for (const p of this.#call.people) {
      await send(p, `${p.name} to ${name}`);
      await hears(visitor, `${p.name} to ${name}`);
    }
    const isMuted = `
      const who = [...room.remoteParticipants.values()].find(({ name }) => name === arg);
      return [...(who?.trackPublications.values() ?? [])].some(({ kind, isMuted }) => kind === 'audio' && isMuted);`;
    for (const on of [false, true]) {
      await visitor.room('await room.localParticipant.setMicrophoneEnabled(arg);', on);
      for (const p of this.#call.people)
        await until(`${p.name} sees it`, async () => (await p.room<boolean>(isMuted, name)) === !on, answeredMsMax);
    }
  }

  async booking(company: Company, pageUrl: string): Promise<void> {
    const url = await company.bookMeeting(`booked after ${this.#visits} visits`);
    const link = new URL(url);
    const guest = await Participant.open(
      this.#browser,
      `${pageUrl}${link.pathname}`,
      Object.fromEntries(link.searchParams),
      camera,
      link.hash,
    );
    try {
      await guest.page.getByTestId('join').click();
      await guest.connected();
      this.identities.push(await identityOf(guest));
      await guest.room('await room.disconnect();');
    } finally {
      await guest.close();
    }
  }

  /** Drains a media node until the two people have moved to another node of its region, then ends the drain. */
  async drain(nodeId: string): Promise<void> {
    const region = nodeId.split('-')[1] ?? '';
    const { nodes } = await this.#cloud.fleet();
    const otherRegionNodes = nodes.filter(
      ({ nodeId: id, kind }) => kind === nodeKind.media && !id.includes(`-${region}-`),
    );
    for (const node of otherRegionNodes) await this.#cloud.cordon(node.nodeId, true);
    await this.#cloud.drain(nodeId, true);
    try {
      await until(`neither is at ${nodeId}`, async () => !Object.values(await this.homes()).includes(nodeId), 120_000);
    } finally {
      await this.#cloud.drain(nodeId, false);
      for (const node of otherRegionNodes) await this.#cloud.cordon(node.nodeId, false);
    }
  }

  async close(): Promise<void> {
    this.#encoder.close();
    for (const p of this.#call.people) await p.room('await room.disconnect();');
    await this.#call.close();
  }

  async #showPlays(): Promise<void> {
    const sinceMs = Date.now();
    for (const p of this.#call.people)
      await until(`${p.name} sees the show`, async () => ((await showMs(p)).at(-1) ?? 0) > sinceMs);
  }
}

const identityOf = (p: Participant): Promise<string> => p.room('return room.localParticipant.identity;');

async function showMs(p: Participant): Promise<readonly number[]> {
  const { playsMs } = await playTimesOf(p);
  const track = Object.keys(playsMs).find((name) => name.startsWith(show) && name.endsWith('video'));
  return playsMs[track ?? ''] ?? [];
}
