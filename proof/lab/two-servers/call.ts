// A call of two people, one at each place, who enter by links; it measures the gaps in what they hear and see.

import { longestGap } from '../../support/longest-gap.ts';
import { type CameraSize, Participant } from '../../test/support/browser.ts';
import { untilMoreFrames, untilMoreSound } from '../../test/support/call.ts';
import { until } from '../../test/support/poll.ts';
import { forgetScript, kinds, playTimesOf, watchScript } from '../plays.ts';
import type { ClientName, Clients } from './clients.ts';

const camera: CameraSize = { width: 320, height: 180, frameRate: 15 };
/** Time limit of a join. It takes 3 s, including the first measurement of every site. */
const connectedLimitMs = 45_000;
/** Time within which every track must play again; otherwise it counts as lost. */
const playsLimitMs = 60_000;

export type Gaps = Readonly<Record<(typeof kinds)[number], number>>;

/** Opens a link at a place, enters a name if the link has none, and joins. */
export async function enter(clients: Clients, from: ClientName, link: string, name: string): Promise<Participant> {
  const participant = await Participant.open(await clients.browser(from), link, { lang: 'en' }, camera);
  const field = participant.page.locator('#name');
  // A personal link fills in and locks the field a moment after the page has loaded.
  const isNamed = async (): Promise<boolean> => {
    if ((await field.inputValue()) !== '') return true;
    await field.fill(name, { timeout: 1000 }).catch(() => undefined); // the field was locked meanwhile and has a name
    return false;
  };
  await until('a name is there', isNamed, connectedLimitMs);
  await participant.page.getByTestId('join').click();
  await participant.connected(connectedLimitMs);
  return participant;
}

export async function mediaAddresses(p: Participant): Promise<string[]> {
  const { pairs } = await p.stats();
  return [...new Set(pairs.map(({ remoteAddress }) => remoteAddress))].sort();
}

export class Call {
  readonly people: readonly [Participant, Participant];
  /** Tracks of the other person, as `watch` names them by the person's name in the room (which a link may set). */
  readonly #tracks: ReadonlyMap<Participant, readonly string[]>;

  private constructor(people: readonly [Participant, Participant], names: readonly string[]) {
    this.people = people;
    const tracksOf = (name = ''): string[] => kinds.map((kind) => `${name} ${kind}`);
    this.#tracks = new Map(people.map((p, at) => [p, tracksOf(names[1 - at])]));
  }

  /** Opens a call by one link for both, or one for each. Resolves when both see and hear each other. */
  static async open(
    clients: Clients,
    links: readonly string[],
    from: readonly [ClientName, ClientName] = ['client-1', 'client-2'],
  ): Promise<Call> {
    const [first = '', second = first] = links;
    try {
      const ana = await enter(clients, from[0], first, 'Ana');
      const bo = await enter(clients, from[1], second, 'Bo');
      return await Call.ofPeople([ana, bo]);
    } catch (error) {
      await clients.closePages();
      throw error;
    }
  }

  /** Makes a call of two people who are in a room. Resolves when both see and hear each other. */
  static async ofPeople(people: readonly [Participant, Participant]): Promise<Call> {
    await Promise.all(people.flatMap((p) => [untilMoreFrames(p, 10), untilMoreSound(p)]));
    const nameOf = (p: Participant): Promise<string> => p.room('return room.localParticipant.name;');
    return new Call(people, await Promise.all(people.map(nameOf)));
  }

  async watch(): Promise<void> {
    await Promise.all(this.people.map((p) => p.room(watchScript)));
    await this.plays();
  }

  async forget(): Promise<void> {
    await Promise.all(this.people.map((p) => p.room(forgetScript)));
  }

  /** Resolves when each has heard and seen something new of the other. */
  async plays(): Promise<void> {
    const sinceMs = Date.now();
    const isNew = (ms: number | undefined): boolean => (ms ?? 0) > sinceMs;
    await until(
      'both hear and see each other',
      async () => {
        const seen = await Promise.all(
          this.people.map(async (p) => {
            const { playsMs } = await playTimesOf(p);
            return this.#trackNamesOf(p).every((track) => isNew(playsMs[track]?.at(-1)));
          }),
        );
        return seen.every(Boolean);
      },
      playsLimitMs,
    );
  }

  async gaps(fromMs: number, toMs: number): Promise<Gaps> {
    const [first, second] = await Promise.all(this.people.map((p) => this.gapsOf(p, fromMs, toMs)));
    const worst = (kind: (typeof kinds)[number]): number => Math.max(first?.[kind] ?? 0, second?.[kind] ?? 0);
    return { audio: worst('audio'), video: worst('video') };
  }

  /** Returns the longest gaps of this person in a period. */
  async gapsOf(p: Participant, fromMs: number, toMs: number): Promise<Gaps> {
    const { playsMs } = await playTimesOf(p);
    const [audio, video] = this.#trackNamesOf(p).map((track) => longestGap(playsMs[track] ?? [], fromMs, toMs));
    return { audio: audio ?? 0, video: video ?? 0 };
  }

  /** Returns how many sounds and pictures each of the two has received from third people. */
  async receivedFromOthers(): Promise<{ audio: number; video: number }[]> {
    const ownTracks = this.people.flatMap((p) => this.#trackNamesOf(p));
    return Promise.all(
      this.people.map(async (p) => {
        const { playsMs } = await playTimesOf(p);
        const count = (kind: string): number =>
          Object.entries(playsMs)
            .filter(([track]) => track.endsWith(` ${kind}`) && !ownTracks.includes(track))
            .reduce((sum, [, times]) => sum + times.length, 0);
        return { audio: count('audio'), video: count('video') };
      }),
    );
  }

  #trackNamesOf(p: Participant): readonly string[] {
    return this.#tracks.get(p) ?? [];
  }

  async close(): Promise<void> {
    await Promise.all(this.people.map((p) => p.close()));
  }
}
