// Receives round trips that clients measured from signaling nodes: checks them and hands them to an AccessSink. Sends
// the centre's requests that a client times certain sites.
import { isNodeId, isSessionId, limits, note, onNote, partsOfRoomKey, post, type wire } from '@meridian/protocol';
import type { Link } from '@meridian/runtime';
import type { AccessSink, AccessTiming } from '../../centre/learning.ts';
import { PERSON_LENGTH_MAX } from '../../placing/core/client-book.ts';

type Timing = Omit<AccessTiming, 'signalingId'>;

/** Twice a signaling node's limit of a report (`echoTimesMax` of signaling/src/limits.ts). */
const TIMES_MAX = 16;
const ADDRESS_LENGTH_MAX = 45; // an IPv6 address in full
const CITY_LENGTH_MAX = 128;
/** Longer than any path around the Earth. */
const RTT_MS_MAX = 10_000;

export interface AccessOptions {
  readonly link: Link;
  isSignaling(): boolean;
  readonly sink: AccessSink;
  counted(kind: 'echo' | 'node' | 'pretended' | 'refused'): void;
}

/** Counts and drops malformed messages, and messages not from a registered signaling node; no caller waits. */
export function receiveAccessTimes(o: AccessOptions): void {
  onNote(o.link, note.accessTimes, (message) => {
    const timing = o.isSignaling() ? timingFrom(message) : undefined;
    if (timing === undefined) o.counted('refused');
    else {
      count(o, timing);
      o.sink.timed({ ...timing, signalingId: o.link.remote.id });
    }
  });
}

/** Counts the times of a Join; they are learnt with its placement. */
export function countPlaceTimes(o: Pick<AccessOptions, 'counted'>, ask: wire.PlaceRequest): void {
  if (ask.echoTimes.length === 0) return;
  const { roomKey, sessionId, person, clientIp, fromCity, echoTimes } = ask;
  const timing = timingFrom({ roomKey, sessionId, person, clientIp, fromCity, echoTimes, nodeId: '', nodeRttMs: 0 });
  if (timing === undefined) o.counted('refused');
  else count(o, timing);
}

/** Asks a signaling node to have the client time sites. False: its link is full; the caller asks again later. */
export function requestEchoes(
  link: Link,
  o: { roomKey: string; sessionId: string; signalingIds: readonly string[] },
): boolean {
  const { roomKey, sessionId, signalingIds } = o;
  return post(link, note.echoRequest, { roomKey, sessionId, signalingIds: signalingIds.slice(0, limits.echoSitesMax) });
}

function count(o: Pick<AccessOptions, 'counted'>, { times, fromCity }: Timing): void {
  for (const time of times) {
    if (fromCity !== '') o.counted('pretended');
    else o.counted('nodeId' in time ? 'node' : 'echo');
  }
}

/** Returns undefined when a field is invalid, or nothing is left to learn from. */
function timingFrom(
  message: Pick<
    wire.AccessTimes,
    'roomKey' | 'sessionId' | 'person' | 'clientIp' | 'fromCity' | 'echoTimes' | 'nodeId' | 'nodeRttMs'
  >,
): Timing | undefined {
  const { roomKey, sessionId, person, clientIp, fromCity, echoTimes, nodeId, nodeRttMs } = message;
  if (partsOfRoomKey(roomKey) === undefined || !isSessionId(sessionId) || person.length > PERSON_LENGTH_MAX)
    return undefined;
  if (clientIp.length > ADDRESS_LENGTH_MAX || fromCity.length > CITY_LENGTH_MAX || echoTimes.length > TIMES_MAX)
    return undefined;
  const times: AccessTiming['times'][number][] = [];
  for (const { signalingId, rttMs } of echoTimes) {
    if (isNodeId(signalingId ?? '') && isRtt(rttMs)) times.push({ signalingId: signalingId ?? '', rttMs: rttMs ?? 0 });
  }
  if (isNodeId(nodeId) && isRtt(nodeRttMs)) times.push({ nodeId, rttMs: nodeRttMs });
  return times.length === 0 ? undefined : { clientIp, fromCity, sessionId, person, roomKey, times };
}

const isRtt = (rttMs: number | null | undefined): boolean => rttMs != null && rttMs > 0 && rttMs <= RTT_MS_MAX;
