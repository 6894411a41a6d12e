// Measurements by the clients of a signaling node: round trips to their media node, and to sites that the centre names.
// The production rules for reports (signaling/src/clients/timings.ts) run with modelled clients, which answer in time,
// late or never. The model has no sockets and no sealed receipts.
import { type ControlLink, note, onNote, type Point, post, type wire } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import { type TimedSession, Timings } from '../../../signaling/src/clients/timings.ts';
import { bounds } from '../../../signaling/src/limits.ts';
import type { Person } from './people.ts';
import { trueRttMs } from './people-places.ts';

/** Interval of a client's statistics, the same as that of reports. */
const STATS_MS = bounds.nodeRttEveryMs;
const FIRST_STATS_MS = 1000;
const ECHO_MS_MIN = 200;
const ECHO_MS_MORE = 800;
/** Share of echo requests without an answer. `LATE_SHARE` is that of late answers. */
const LOST_SHARE = 0.1;
const LATE_SHARE = 0.1;
const LATE_MS_MORE = 10_000;
/** Largest relative error of a measurement, which is never too short. */
const NOISE = 0.1;

export interface SignalingNodeTimingsPorts {
  readonly clock: Clock;
  readonly rng: Rng;
  /** Returns the link to the centre; undefined if there is none. */
  link(): ControlLink | undefined;
  placeOf(nodeId: string): Point | undefined;
  personOf(sessionId: string): Person | undefined;
}

export class SignalingNodeTimings {
  readonly #ports: SignalingNodeTimingsPorts;
  readonly #timings: Timings;
  readonly #sessions = new WeakMap<Person, TimedSession>();

  constructor(ports: SignalingNodeTimingsPorts) {
    this.#ports = ports;
    this.#timings = new Timings({
      // A receipt of the model is the round trip itself, since its clients do not cheat.
      receipts: { open: (receipt) => new DataView(receipt.buffer, receipt.byteOffset).getFloat64(0) },
      clock: ports.clock,
      send: (times) => {
        const link = ports.link();
        return link !== undefined && post(link, note.accessTimes, times);
      },
      echoUrlOf: (signalingId) => (ports.placeOf(signalingId) === undefined ? undefined : signalingId),
      countTime: () => undefined,
    });
  }

  seated(person: Person): void {
    const session = this.#sessionOf(person);
    this.#ports.clock.after(FIRST_STATS_MS, () => this.#stats(person, session));
  }

  serve(link: ControlLink): void {
    onNote(link, note.echoRequest, ({ sessionId, signalingIds }) => {
      const person = this.#ports.personOf(sessionId);
      if (person !== undefined) this.#timings.requestEchoes(this.#sessionOf(person), signalingIds);
    });
  }

  #stats(person: Person, session: TimedSession): void {
    const { clock, personOf, placeOf } = this.#ports;
    if (personOf(session.sessionId) !== person || this.#sessions.get(person) !== session) return;
    const place = placeOf(person.nodeId);
    if (place !== undefined) this.#timings.takeNodeRtt(session, this.#measured(person, place));
    clock.after(STATS_MS, () => this.#stats(person, session));
  }

  #sessionOf(person: Person): TimedSession {
    const knownSession = this.#sessions.get(person);
    if (knownSession?.sessionId === person.sessionId) return knownSession;
    const { sessionId, identity, clientIp, roomKey } = person;
    const session: TimedSession = {
      sessionId,
      identity,
      clientIp,
      fromCity: '',
      room: { roomKey },
      get nodeId() {
        return person.nodeId;
      },
      sendMessage: (message) => {
        if ('echoTargets' in message) this.#echo(person, session, message.echoTargets.targets ?? []);
      },
    };
    this.#sessions.set(person, session);
    return session;
  }

  #echo(person: Person, session: TimedSession, targets: readonly wire.EchoTarget.$Properties[]): void {
    const { clock, rng, placeOf } = this.#ports;
    const luck = rng.next();
    if (luck < LOST_SHARE) return;
    const lateMs = luck < LOST_SHARE + LATE_SHARE ? rng.next() * LATE_MS_MORE : 0;
    clock.after(ECHO_MS_MIN + rng.next() * ECHO_MS_MORE + lateMs, () => {
      if (this.#sessions.get(person) !== session) return;
      const times = targets.flatMap((target) => {
        const signalingId = target.signalingId ?? '';
        const place = placeOf(signalingId);
        return place === undefined ? [] : [{ signalingId, receipt: receiptOf(this.#measured(person, place)) }];
      });
      this.#timings.takeEchoTimes(session, times);
    });
  }

  #measured({ city }: Person, place: Point): number {
    return trueRttMs(city, place) * (1 + NOISE * this.#ports.rng.next());
  }
}

function receiptOf(rttMs: number): Uint8Array {
  const receipt = new Uint8Array(8);
  new DataView(receipt.buffer).setFloat64(0, rttMs);
  return receipt;
}
