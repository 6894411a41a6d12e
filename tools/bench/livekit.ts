// What clients of LiveKit's SDKs cost a signaling node, beside as many of ours: processor time of what happens in their
// room, and memory. The code that ships in one process and in virtual time; sockets, links, centre and media node are
// in memory, without media. What sockets cost is the same for both and not in it: the ratios are upper bounds.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { note } from '@meridian/protocol';
import { MemoryClient, MemoryCloud, type MemoryNode } from '../../signaling/test/support/memory-cloud.ts';
import { MemoryLiveKit } from '../../signaling/test/support/memory-livekit.ts';
import { cpuMs, heapBytes } from '../../signaling/test/support/process-cost.ts';
import { countOption, type LabCase, percentile, type Say } from '../support/case.ts';
import { type Heard, LiveKitMember, type Member, OwnMember } from './livekit/members.ts';

const kinds = ['ours', 'livekit'] as const;
type Kind = (typeof kinds)[number];
const measures = ['heapKbPerClient', 'joinCpuMs', 'muteCpuMs', 'speakerCpuMs', 'leaveCpuMs'] as const;
type Measured = Readonly<Record<(typeof measures)[number], number>>;

/** As many clients as that show what compiled code costs, before anything is measured. */
const WARM_CLIENTS = 50;
/** Everything that an event starts is over by then, by the cloud's clock. */
const SETTLE_MS = 200;

export const livekitBench: LabCase = {
  name: 'livekit',
  summary: "processor time and memory of LiveKit's clients at a signaling node, beside as many of ours (in memory)",
  configure: (command) =>
    void command
      .option('--clients <n>', 'in one room', countOption, 600)
      .option('--events <n>', 'of each kind in the full room', countOption, 20)
      .option('--turns <n>', 'of each kind of client; the half of them counts', countOption, 3),
  run: async (options, say) => {
    const [clients, events, turns] = [Number(options['clients']), Number(options['events']), Number(options['turns'])];
    setFlagsFromString('--expose-gc');
    globalThis.gc = runInNewContext('gc');
    for (const kind of kinds) await measured(kind, { clients: WARM_CLIENTS, events });
    const all: Record<Kind, Measured[]> = { ours: [], livekit: [] };
    for (let turn = 1; turn <= turns; turn += 1)
      for (const kind of kinds) {
        const one = await measured(kind, { clients, events });
        all[kind].push(one);
        sayTurn(say, `${kind}, turn ${turn}/${turns}`, one);
      }
    const [ours, livekit] = [halfOf(all.ours), halfOf(all.livekit)];
    const timesOurs = overAll((measure) => livekit[measure] / ours[measure]);
    return { params: { clients, events, turns }, metrics: { ours, livekit, timesOurs }, missed: [] };
  },
};

const overAll = (of: (measure: keyof Measured) => number): Measured =>
  Object.fromEntries(measures.map((measure) => [measure, of(measure)])) as Measured;
const halfOf = (turns: readonly Measured[]): Measured =>
  overAll((measure) =>
    percentile(
      turns.map((one) => one[measure]),
      0.5,
    ),
  );
const sayTurn = (say: Say, what: string, one: Measured): void =>
  say(`${what}: ${measures.map((measure) => `${measure} ${one[measure].toFixed(2)}`).join(', ')}`);

/** One room from its first member to its last. Two hosts of ours speak there; one mutes and unmutes. */
async function measured(kind: Kind, o: { readonly clients: number; readonly events: number }): Promise<Measured> {
  const room = await Room.open(kind);
  const before = heapBytes();
  for (let at = 0; at < o.clients; at += 1) await room.join(`member-${at}`);
  await room.settle();
  const heapKbPerClient = (heapBytes() - before) / 1000 / o.clients;
  const cpuMsOf = async (event: (at: number) => Promise<void>): Promise<number> => {
    const fromMs = cpuMs();
    for (let at = 0; at < o.events; at += 1) await event(at);
    await room.settle();
    return (cpuMs() - fromMs) / o.events;
  };
  const joinCpuMs = await cpuMsOf((at) => room.join(`guest-${at}`));
  const muteCpuMs = await cpuMsOf((at) => room.mute(at % 2 === 0));
  const speakerCpuMs = await cpuMsOf((at) => room.speak(at % 2));
  const leaveCpuMs = await cpuMsOf(() => room.leave());
  room.close(o.clients);
  return { heapKbPerClient, joinCpuMs, muteCpuMs, speakerCpuMs, leaveCpuMs };
}

/** A room with members of one kind. Each of its events is over when all of them have heard of it. */
class Room {
  readonly #cloud: MemoryCloud;
  readonly #node: MemoryNode;
  readonly #rooms: MemoryLiveKit;
  readonly #hosts: readonly MemoryClient[];
  readonly #kind: Kind;
  readonly #heard: Heard = { messages: 0 };
  readonly #members: Member[] = [];

  static async open(kind: Kind): Promise<Room> {
    const cloud = await MemoryCloud.start();
    cloud.mediaNode('sfu-fra', 'fra');
    const node = await cloud.node('sig-fra', 'fra');
    const hosts: MemoryClient[] = [];
    for (const identity of ['ann', 'bob']) {
      const host = await MemoryClient.join(cloud, node, { identity });
      if ((await host.publish(trackOf(identity))) !== 'published') throw new Error(`${identity} is not heard`);
      hosts.push(host);
    }
    return new Room(kind, cloud, node, hosts);
  }

  private constructor(kind: Kind, cloud: MemoryCloud, node: MemoryNode, hosts: readonly MemoryClient[]) {
    this.#kind = kind;
    this.#cloud = cloud;
    this.#node = node;
    this.#hosts = hosts;
    this.#rooms = new MemoryLiveKit(cloud, node);
  }

  join(identity: string): Promise<void> {
    return this.#heardByAll(() => {
      const [node, heard] = [this.#node, this.#heard];
      const member =
        this.#kind === 'ours' ? new OwnMember(node, identity, heard) : new LiveKitMember(this.#rooms, identity, heard);
      this.#members.push(member);
    }, `${identity} joins`);
  }

  /** The member that came last. */
  leave(): Promise<void> {
    return this.#heardByAll(() => this.#members.pop()?.leave(), 'a member leaves');
  }

  mute(muted: boolean): Promise<void> {
    const [host] = this.#hosts;
    return this.#heardByAll(
      () => host?.send({ requestId: 1, setTrackMuted: { trackId: trackOf('ann'), muted } }),
      'a mute',
    );
  }

  /** This host speaks, and the other does not. */
  speak(at: number): Promise<void> {
    const sessionId = this.#hosts[at]?.joined?.sessionId ?? '';
    const media = this.#cloud.mediaNodes.get('sfu-fra');
    const levels = { roomKey: ROOM_KEY, nodeId: 'sfu-fra', speakers: [{ sessionId, levelDbov: -20 }] };
    return this.#heardByAll(() => media?.say('sig-fra', note.speakerLevels, levels), 'a speaker');
  }

  async settle(): Promise<void> {
    await this.#cloud.run(SETTLE_MS);
    for (const { heard } of this.#hosts) heard.length = 0;
  }

  /** Throws when other members than so many are left: something else than their events was measured. */
  close(members: number): void {
    const { sessionCount } = this.#node.clients;
    this.#cloud.close();
    if (sessionCount !== members + this.#hosts.length)
      throw new Error(`${sessionCount} clients are left of ${members}`);
  }

  async #heardByAll(act: () => unknown, what: string): Promise<void> {
    const before = this.#heard.messages;
    act();
    const wanted = before + this.#members.length;
    await this.#cloud.until(() => this.#heard.messages >= wanted, what);
  }
}

const ROOM_KEY = 'acme/lobby';
const trackOf = (identity: string): string => `TR_${identity}microphone`;
