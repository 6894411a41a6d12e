// What it costs a signaling node that the api hears how sessions are: clients' reports as they come, records and
// batches.
import process from 'node:process';
import { emptyParticipant, type Participant, RoomState, type Track, wire } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { QualityBatches } from '../../signaling/src/clients/quality-batches.ts';
import { QualityRounds } from '../../signaling/src/clients/quality-rounds.ts';
import type { SessionRecord } from '../../signaling/src/clients/session-record.ts';
import { countOption, type LabCase } from '../support/case.ts';

const ROOM_SIZE = 10;
const NODES = 3;
const REPORT_EVERY_MS = 2000;
const STEP_MS = 500;
/** A quarter of one percent of a core for 1,000 sessions, which have 100 records a second. */
const US_PER_RECORD_AIM = 25;

export const qualityBench: LabCase = {
  name: 'quality',
  summary: 'CPU time of a record of how one session is, with the five reports that it is made of',
  configure: (command) =>
    void command
      .option('--sessions <n>', 'at one signaling node', countOption, 1000)
      .option('--seconds <n>', 'of their time', countOption, 300),
  run: async (options) => {
    const [sessions, seconds] = [Number(options['sessions']), Number(options['seconds'])];
    const node = new BenchNode();
    for (let room = 0; room * ROOM_SIZE < sessions; room += 1) node.fill(room);
    await node.pass(seconds); // warm
    const [recordsBefore, cpuBefore] = [node.records, process.cpuUsage()];
    await node.pass(seconds);
    const { user, system } = process.cpuUsage(cpuBefore);
    const records = node.records - recordsBefore;
    const usPerRecord = (user + system) / records;
    node.close();
    const coreShare = (user + system) / (seconds * 1e6);
    const missed = usPerRecord > US_PER_RECORD_AIM ? [`${usPerRecord.toFixed(1)} us, aim ${US_PER_RECORD_AIM}`] : [];
    const metrics = { records, usPerRecord, coreShare, bytesPerRecord: node.bytes / node.records };
    return { params: { sessions, seconds }, metrics, missed };
  },
};

/** Rooms of ten that all see and hear each other, over three media nodes. */
class BenchNode {
  records = 0;
  bytes = 0;
  readonly #clock = new ManualClock();
  readonly #recorded: SessionRecord[] = [];
  readonly #batches: QualityBatches;
  readonly #rounds: QualityRounds;

  constructor() {
    const log = createLogger({ name: 'bench', level: 'silent' });
    this.#batches = new QualityBatches({
      clock: this.#clock,
      log,
      incarnation: 'bench',
      call: async (batch) => {
        this.records += batch.records?.length ?? 0;
        this.bytes += wire.QualityBatch.encode(batch).finish().length;
      },
      onSettled: () => undefined,
      onFactsLost: () => undefined,
    });
    const nodes = { call: () => Promise.reject(new Error('all clients report')) };
    this.#rounds = new QualityRounds({ clock: this.#clock, log, selfId: 'sig', nodes, out: this.#batches });
  }

  fill(room: number): void {
    const replica = new RoomState(1);
    const people = Array.from({ length: ROOM_SIZE }, (_, at) => personOf(room, at));
    for (const participant of people) replica.apply({ seq: 1, change: { type: 'participantJoined', participant } });
    for (const self of people) {
      const { sessionId, nodeId } = self;
      const others = people.filter((one) => one !== self).flatMap(({ tracks }) => tracks);
      const received = new Set(others.map(({ trackId }) => trackId));
      const at = { roomKey: `bench/r${room}`, replica };
      const session = { sessionId, nodeId, room: at, sdk: '', rttMs: 0, received, measuredByNode: () => undefined };
      const arrival = { placed: undefined, decisionId: '', resumed: false, fromSignalingId: '', priorSessionId: '' };
      const record = this.#rounds.begin(session, { self, ...arrival });
      if (record !== undefined) this.#recorded.push(record);
      for (const { trackId, kind } of others) if (kind === 'video') record?.received({ trackId, spatialLayer: 1 });
    }
  }

  /** Every session reports as the SDK does, and the timers are turned. */
  async pass(seconds: number): Promise<void> {
    for (let ms = 0; ms < seconds * 1000; ms += STEP_MS) {
      if (ms % REPORT_EVERY_MS === 0)
        for (const record of this.#recorded) record.reported(wire.SessionStats.decode(report));
      this.#clock.advance(STEP_MS);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  close(): void {
    this.#rounds.close();
    this.#batches.close();
  }
}

const report = wire.SessionStats.encode({
  rttMs: 20.1,
  outboundLoss: 0.01,
  inboundLoss: 0.02,
  jitterMs: 3.2,
  periodMs: 2001.3,
  availableOutboundBps: 2_100_000,
  sentBps: 1_200_000,
  receivedBps: 3_400_000,
  sentHeight: 720,
  receivedHeight: 720,
  receivedFps: 29.7,
  concealed: 0.001,
}).finish();

function personOf(room: number, at: number): Participant {
  const track = (o: Partial<Track>): Track =>
    ({ name: '', muted: false, layers: [], nodeId: '', ...o }) as Partial<Track> as Track;
  return {
    ...emptyParticipant,
    sessionId: `PA_${room}_${at}`,
    identity: `person-${at}`,
    nodeId: `sfu-${at % NODES}`,
    tracks: [
      track({ trackId: `TR_${room}_${at}_a`, kind: 'audio', source: 'microphone' }),
      track({ trackId: `TR_${room}_${at}_v`, kind: 'video', source: 'camera' }),
    ],
  };
}
