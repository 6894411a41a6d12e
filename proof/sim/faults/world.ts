// A simulated world: machines in regions with their processes, the centre with its store, the network, people, and the
// judge. All of it depends on one manual clock and one seed.

import { cityOf } from '@meridian/protocol/cities';
import { ManualClock, type Rng, seededRng } from '@meridian/runtime';
import type { Centre } from '../../../scheduler/src/centre/centre.ts';
import type { OwnerLease } from '../../../sfu/src/core/index.ts';
import type { Say } from '../../support/case.ts';
import { CENTRE_ID, CentreProcess } from './centre-process.ts';
import { Crowd } from './crowd.ts';
import { Judge } from './judge.ts';
import { MediaNode, type NodeSpec } from './media-node.ts';
import { type Cut, Net, separates } from './net.ts';
import type { Person } from './people.ts';
import { Process } from './process.ts';
import { type KnownLease, SignalingNode } from './signaling-node.ts';
import type { Size } from './size.ts';
import { SimStore } from './store.ts';
import { Timing } from './timing.ts';
import { Trace } from './trace.ts';

const REGIONS: readonly (readonly [string, readonly string[]])[] = [
  ['eu', ['frankfurt', 'amsterdam', 'london']],
  ['us', ['new-york', 'chicago', 'dallas']],
  ['as', ['singapore', 'tokyo', 'mumbai']],
];

/** Interval of probe reports, each of which covers up to `PROBED_MAX` machines. */
const PROBE_MS = 1000;
const PROBED_MAX = 8;
/** Time after a store's recovery within which the centre repeats missed writes. */
const RETRIED_MS = 2000;

export class World {
  readonly clock = new ManualClock();
  readonly size: Size;
  readonly net: Net;
  readonly store: SimStore;
  readonly judge: Judge;
  readonly crowd: Crowd;
  readonly trace: Trace;
  readonly timing: Timing;
  readonly regions = REGIONS.map(([region]) => region);
  readonly nodes = new Map<string, MediaNode>();
  readonly signalingNodes = new Map<string, SignalingNode>();
  readonly #rng: Rng;
  /** Time at which a fault last disturbed a machine, by machine; '' stands for the centre. */
  readonly #harmedAtMs = new Map<string, number>();
  /** Time at which a machine's process last started, ended, paused, continued, was denied or admitted, by machine. */
  readonly #brokenAtMs = new Map<string, number>();
  readonly #healed: { readonly cut: Cut; readonly atMs: number }[] = [];
  moved = 0;
  rejoined = 0;
  #storeTroubleAtMs = Number.NEGATIVE_INFINITY;
  /** Time at which a centre last started with a store that lacked decisions of its predecessor. */
  #memoryLostAtMs = Number.NEGATIVE_INFINITY;
  #centreSinceMs = 0;
  #storeLacksDecisions = false;
  /** Time at which the centre's machine was last cut off, or reached again. */
  #cutAtMs = 0;
  #incarnations = 0;
  #centre: CentreProcess | undefined;

  constructor(o: { seed: string; size: Size; onLine?: Say | undefined }) {
    this.size = o.size;
    this.#rng = seededRng(o.seed);
    this.trace = new Trace(this.clock, o.onLine);
    this.timing = new Timing(this.clock);
    this.net = new Net({
      clock: this.clock,
      rng: this.#rng.fork('net'),
      onDeliver: (from, to) => this.trace.mark(from.id, to.id),
    });
    this.store = new SimStore(this.clock);
    this.judge = new Judge(this);
    this.crowd = new Crowd(this, this.#rng.fork('people'));
    this.startCentre();
    this.clock.every(PROBE_MS, () => this.#probe());
    const drawn = this.#rng.fork('hosts');
    const hosts = o.size.hostsMin + drawn.int(o.size.hostsMax - o.size.hostsMin + 1);
    for (let index = 0; index < hosts; index += 1) this.start(specOf('sfu', index, o.size, drawn));
    for (let index = 0; index < o.size.signalingNodes; index += 1)
      this.start(specOf('signaling', index, o.size, drawn));
  }

  get centre(): Centre | undefined {
    return this.#centre?.process.isAlive === true ? this.#centre.centre : undefined;
  }

  get centreProcess(): Process | undefined {
    return this.#centre?.process;
  }

  get centreNowMs(): number {
    return this.#centre?.process.clock.nowMs() ?? 0;
  }

  get centreWallMs(): number {
    return this.#centre?.process.clock.wallMs() ?? 0;
  }

  get seated(): number {
    return this.people.filter((person) => person.wantsSession && person.isSeated).length;
  }

  get people(): readonly Person[] {
    return this.crowd.people;
  }

  rng(label: string): Rng {
    return this.#rng.fork(label);
  }

  note(text: () => string): void {
    this.trace.note(text);
  }

  processes(): Process[] {
    const centre = this.#centre === undefined ? [] : [this.#centre.process];
    return [...centre, ...[...this.nodes.values(), ...this.signalingNodes.values()].map(({ process }) => process)];
  }

  machines(): string[] {
    return this.processes().map(({ machineId }) => machineId);
  }

  machinesOf(region: string): Set<string> {
    return new Set(
      this.processes()
        .filter((one) => one.region === region)
        .map((one) => one.machineId),
    );
  }

  start(spec: NodeSpec): void {
    const running = this.nodes.get(spec.nodeId) ?? this.signalingNodes.get(spec.nodeId);
    if (running?.process.isAlive === true) return;
    this.#incarnations += 1;
    const incarnation = `I${this.#incarnations}`;
    const process = this.#process({ id: spec.nodeId, kind: spec.kind, region: spec.region, machineId: spec.hostId });
    const o = { spec, process, incarnation, net: this.net, rng: this.#rng.fork(incarnation) };
    this.#markBroken(spec.hostId);
    if (spec.kind === 'sfu') {
      const obeyed = (node: MediaNode, roomKey: string, lease: OwnerLease): void =>
        this.judge.obeyed(node, roomKey, lease);
      this.nodes.set(spec.nodeId, new MediaNode({ ...o, watcher: { obeyed } }));
    } else this.signalingNodes.set(spec.nodeId, new SignalingNode({ ...o, world: this.#signalingNodeWorld() }));
    this.timing.nodeReturned(spec.nodeId);
    this.note(() => `${spec.nodeId} starts as ${incarnation}`);
  }

  /** Orders machines, whose nodes start after `bootMs`. */
  boot(count: number, bootMs: number): NodeSpec[] {
    const rng = this.#rng.fork('booted');
    const specs: NodeSpec[] = [];
    for (let at = 0; at < count; at += 1) specs.push(specOf('sfu', this.nodes.size + at, this.size, rng));
    for (const spec of specs) this.clock.after(bootMs, () => this.start(spec));
    return specs;
  }

  remove(nodeId: string): void {
    this.crash(nodeId, true);
    this.nodes.delete(nodeId);
  }

  crash(nodeId: string, withKernel: boolean): void {
    const running = this.nodes.get(nodeId) ?? this.signalingNodes.get(nodeId);
    if (running?.process.isAlive !== true) return;
    this.note(() => `${nodeId} dies${withKernel ? '' : ' without a word'}`);
    this.#markBroken(running.spec.hostId);
    if (running instanceof MediaNode) this.timing.died(nodeId, this.people);
    this.net.killed(running.process, { withKernel });
    if (running instanceof MediaNode) running.hasNoMachine = !withKernel;
    if (running instanceof SignalingNode) this.crowd.signalingNodeDied(running);
  }

  startCentre(): void {
    if (this.centre !== undefined) return;
    this.#incarnations += 1;
    this.#markHarmed('');
    this.judge.survive(this.store, this.#storeTroubleAtMs);
    this.#storeLacksDecisions ||= this.store.lostAtMs >= this.#centreSinceMs;
    if (this.#storeLacksDecisions) this.#memoryLostAtMs = this.clock.nowMs();
    this.#storeLacksDecisions = false;
    this.#centreSinceMs = this.clock.nowMs();
    const process = this.#process({ id: CENTRE_ID, kind: 'scheduler', region: 'eu', machineId: CENTRE_ID });
    this.#centre = new CentreProcess({
      process,
      net: this.net,
      store: this.store,
      rng: this.#rng.fork(`centre ${this.#incarnations}`),
      onMade: (centre) => this.judge.watch(centre),
      onError: (error) => this.judge.fail('centre-runs', String(error)),
    });
    this.note(() => 'the centre starts');
  }

  killCentre(): void {
    if (this.#centre?.process.isAlive !== true) return;
    this.note(() => 'the centre dies');
    this.#markHarmed('');
    const notWrittenSinceMs = this.store.isWell ? this.clock.nowMs() - RETRIED_MS : Number.NEGATIVE_INFINITY;
    this.#storeLacksDecisions ||= this.#storeTroubleAtMs >= notWrittenSinceMs;
    this.net.killed(this.#centre.process, { withKernel: true });
  }

  pause(process: Process): void {
    if (!process.isAlive) return;
    this.note(() => `${process.id} stops`);
    process.pause();
    this.net.processSilenced(process);
    this.#markBroken(process.id === CENTRE_ID ? '' : process.machineId);
  }

  resume(process: Process): void {
    if (!process.isPaused) return;
    this.note(() => `${process.id} goes on`);
    process.resume();
    this.#markBroken(process.id === CENTRE_ID ? '' : process.machineId);
  }

  cut(cut: Cut): void {
    this.note(
      () =>
        `cut ${[...cut.from].join(' ')} from ${cut.to === undefined ? 'all' : [...cut.to].join(' ')} (${cut.direction})`,
    );
    this.net.cut(cut);
    for (const node of this.nodes.values()) {
      if (cut.to === undefined && cut.from.has(node.process.machineId)) this.timing.died(node.spec.nodeId, this.people);
    }
    this.#harmByCut(cut);
  }

  heal(cut: Cut): void {
    this.note(() => `healed ${[...cut.from].join(' ')}`);
    this.#harmByCut(cut);
    if (this.net.heal(cut)) this.#healed.push({ cut, atMs: this.clock.nowMs() });
    for (const node of this.nodes.values())
      if (cut.from.has(node.process.machineId)) this.timing.nodeReturned(node.spec.nodeId);
  }

  storeTrouble(mode: 'well' | 'down' | { lateMs: number }): void {
    this.store.mode = mode;
    this.#storeTroubleAtMs = this.clock.nowMs();
  }

  surge(): void {
    this.crowd.scheduleJoins();
  }

  drain(nodeId: string, on: boolean): void {
    // If the centre does not know the node yet, the order is repeated.
    if (this.centre?.fleet.get(nodeId) === undefined) {
      this.#whenBack(() => this.drain(nodeId, on));
      return;
    }
    if (on) this.judge.commands.drained.set(nodeId, this.clock.nowMs());
    else this.judge.commands.drained.delete(nodeId);
    this.note(() => `${on ? 'drain' : 'undrain'} ${nodeId}`);
    this.#command(this.#centre?.drain(nodeId, on ? 'simulated' : undefined));
  }

  /** Orders, as an administrator, the move of a random person, if any has a session, to the best node. */
  moveSomebody(rng: Rng): void {
    const seated = this.people.filter((person) => person.wantsSession && person.isSeated);
    const person = seated[rng.int(Math.max(1, seated.length))];
    if (person !== undefined) this.centre?.askMove(person.sessionId, undefined, 'simulated');
  }

  moveTo(nodeId: string, rng: Rng): void {
    const seated = this.people.filter((person) => person.wantsSession && person.isSeated && person.nodeId !== nodeId);
    const person = seated[rng.int(Math.max(1, seated.length))];
    if (person !== undefined) this.centre?.askMove(person.sessionId, nodeId, 'simulated');
  }

  deny(nodeId: string, on: boolean): void {
    if (this.centre === undefined) {
      this.#whenBack(() => this.deny(nodeId, on));
      return;
    }
    const harmed = this.nodes.get(nodeId);
    if (harmed !== undefined) this.#markBroken(harmed.process.machineId);
    if (on) this.judge.commands.denied.set(nodeId, this.clock.nowMs());
    else this.judge.commands.denied.delete(nodeId);
    this.note(() => `${on ? 'deny' : 'allow'} ${nodeId}`);
    this.#command(on ? this.#centre?.deny(nodeId) : this.#centre?.allow(nodeId));
  }

  /**
   * Call it when a fault begins or ends to disturb the node by other means than the methods of this class. Rules then
   * allow the node time to recover (`isLeftAlone`, `isUnharmed`). Otherwise they blame the centre: a reset link, for
   * example, would break `no-false-death`.
   */
  harmed(node: MediaNode): void {
    this.#markHarmed(node.process.machineId);
  }

  centreIsWell = (sinceMs: number): boolean => {
    if (this.#centre?.process.isPaused !== false || this.centre === undefined) return false;
    return this.clock.nowMs() - (this.#harmedAtMs.get('') ?? 0) >= sinceMs;
  };

  /** Returns whether the node and its network had no fault for this long, whatever happened to the centre. */
  isLeftAlone(node: MediaNode, durationMs: number): boolean {
    const { process } = node;
    if (!process.isAlive || process.isPaused || node.lie !== undefined || node.reports !== 'none') return false;
    const centre = this.#centre?.process;
    if (centre === undefined || !this.net.isOpen(process, centre) || !this.net.isOpen(centre, process)) return false;
    const harmedAtMs = Math.max(this.#harmedAtMs.get(process.machineId) ?? 0, this.#cutAtMs, node.reportsUntilMs);
    return this.clock.nowMs() - harmedAtMs >= durationMs;
  }

  isUnharmed(node: MediaNode, forMs: number): boolean {
    const isLong = this.clock.nowMs() - (this.#harmedAtMs.get('') ?? 0) >= forMs;
    return isLong && this.isLeftAlone(node, forMs) && this.centreIsWell(forMs);
  }

  isWhole({ isAlive, isPaused, machineId }: Process, forMs: number): boolean {
    const brokenAtMs = this.#brokenAtMs.get(machineId) ?? Number.NEGATIVE_INFINITY;
    return isAlive && !isPaused && brokenAtMs <= this.clock.nowMs() - forMs;
  }

  /**
   * Returns whether the node could serve the clients of this signaling node for this long: it ran without a pause, no
   * order of an administrator kept it out (nor one whose withdrawal the store lost), and no cut separated the two. Only
   * its reports to the centre may have had trouble.
   */
  isServing(node: MediaNode, signalingProcess: Process, durationMs: number): boolean {
    const { process } = node;
    if (!this.isWhole(process, durationMs) || this.judge.commands.isShutOut(this.centre, node.spec.nodeId))
      return false;
    const sinceMs = this.clock.nowMs() - durationMs;
    if (!this.net.isOpen(process, signalingProcess) || !this.net.isOpen(signalingProcess, process)) return false;
    return !this.#healed.some(
      ({ cut, atMs }) => atMs > sinceMs && separates(cut, process.machineId, signalingProcess.machineId),
    );
  }

  /** Returns whether the centre knows all decisions: its store had lost none at its start, or it started long ago. */
  memoryIsWhole(): boolean {
    return this.clock.nowMs() - this.#memoryLostAtMs > 12_000;
  }

  /** Reports what the edge probe of each machine measures, if it reaches the centre. Probes are no processes here. */
  #probe(): void {
    const centre = this.#centre?.process;
    if (this.centre === undefined || centre === undefined || centre.isPaused) return;
    const nodes = [...this.nodes.values()];
    for (const [index, { process, spec }] of nodes.entries()) {
      if (!process.isAlive || !this.net.isOpen(process, centre) || !this.net.isOpen(centre, process)) continue;
      const samples = [];
      for (let step = 1; step <= PROBED_MAX && step < nodes.length; step += 1) {
        const other = nodes[(index + step) % nodes.length];
        if (other === undefined) continue;
        const isReached = this.net.isOpen(process, other.process) && this.net.isOpen(other.process, process);
        samples.push({ toHostId: other.spec.hostId, lossFast: isReached && !other.hasNoMachine ? 0 : 1 });
      }
      this.centre.probed(spec.nodeId, samples);
    }
  }

  #command(done: Promise<void> | undefined): void {
    done?.catch((error: unknown) => this.judge.fail('centre-runs', String(error)));
  }

  #whenBack(fn: () => void): void {
    this.clock.after(1000, fn);
  }

  #process(o: { id: string; kind: string; region: string; machineId: string }): Process {
    const rng = this.#rng.fork(`clock ${o.id} ${this.#incarnations}`);
    return new Process({ ...o, clock: this.clock, offsetMs: rng.int(1_000_000), skewMs: rng.int(2000) - 1000 });
  }

  #markHarmed(machineId: string): void {
    this.#harmedAtMs.set(machineId, this.clock.nowMs());
  }

  #markBroken(machineId: string): void {
    this.#brokenAtMs.set(machineId, this.clock.nowMs());
    this.#markHarmed(machineId);
  }

  #harmByCut({ from, to }: Cut): void {
    const isCentreIn = from.has(CENTRE_ID) || to?.has(CENTRE_ID) === true;
    for (const machineId of from) this.#markHarmed(machineId);
    if (!isCentreIn || !from.has(CENTRE_ID)) return;
    this.#markHarmed('');
    this.#cutAtMs = this.clock.nowMs();
  }

  #signalingNodeWorld() {
    return {
      roomPeople: (roomKey: string) => this.crowd.inRoom(roomKey),
      ownerAnswers: (signalingNode: Process, roomKey: string, { ownerId, epoch }: KnownLease) => {
        const owner = this.signalingNodes.get(ownerId);
        if (owner === undefined || !owner.process.isAlive || owner.process.isPaused) return false;
        if ((owner.owned.get(roomKey)?.epoch ?? -1) < epoch) return false;
        return this.net.isOpen(signalingNode, owner.process) && this.net.isOpen(owner.process, signalingNode);
      },
      nodeIncarnation: (nodeId: string) => this.nodes.get(nodeId)?.incarnation ?? '',
      seated: (person: Person, nodeId: string) => {
        this.crowd.seated(person, nodeId);
        person.nodeIncarnation = this.nodes.get(nodeId)?.incarnation ?? '';
      },
      rejoins: (person: Person, through: Process, why: string) => {
        this.rejoined += 1;
        this.judge.rejoins(person, through, why);
      },
      moved: (person: Person, nodeId: string) => {
        this.moved += 1;
        person.nodeId = nodeId;
        person.nodeIncarnation = this.nodes.get(nodeId)?.incarnation ?? '';
        this.judge.moved(person);
      },
      movesOf: (from: Process, sessionId: string) => {
        const person = this.crowd.personOfSession(sessionId);
        const signalingNode = this.signalingNodes.get(person?.signalingId ?? '');
        if (person === undefined || signalingNode?.people.has(person) !== true) return 'unknown';
        const { process } = signalingNode;
        const isReached = this.net.isOpen(from, process) && this.net.isOpen(process, from);
        return process.isAlive && !process.isPaused && isReached ? signalingNode.moves : 'unreached';
      },
      note: (text: () => string) => this.note(text),
    };
  }
}

function specOf(kind: 'sfu' | 'signaling', index: number, size: Size, rng: Rng): NodeSpec {
  const [region, cityIds] = REGIONS[index % REGIONS.length] ?? ['eu', ['frankfurt']];
  const city = cityIds[Math.floor(index / REGIONS.length) % cityIds.length] ?? 'frankfurt';
  const { latitude, longitude } = cityOf(city) ?? { latitude: 0, longitude: 0 };
  const nodeId = `${kind === 'sfu' ? 'sfu' : 'sig'}-${region}-${index}`;
  const sessionsMax = kind === 'sfu' ? size.seatsMin + rng.int(size.seatsMin) : 0;
  return { nodeId, kind, hostId: `host-${nodeId}`, region, city, latitude, longitude, sessionsMax };
}
