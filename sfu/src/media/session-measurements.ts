// Connection quality of sessions, as this node sees it, for sessions whose clients send no statistics. Every figure
// costs the worker a request, so only sessions that a signaling node names are measured.
import type { Session } from './session.ts';
import type { NodeTrack } from './track.ts';

/** Quality of one session; inbound and outbound as its client sees them. */
export interface MeasuredSession {
  readonly sessionId: string;
  /** 0: not known. */
  readonly rttMs: number;
  /** 0 … 1. */
  readonly outboundLoss: number;
  readonly inboundLoss: number;
  /** Jitter of the media that the client sends. */
  readonly jitterMs: number;
  readonly sentBps: number;
  readonly receivedBps: number;
}

/** Limit per request; a signaling node asks for no more. */
export const sessionsMeasuredMax = 1000;
/** Limit on the measured tracks of a session, enough for a microphone, a camera and a screen. */
const tracksMeasuredMax = 3;
/** Limit on sessions measured at the same time, so that other requests to the worker pass in between. */
const concurrentMax = 16;

export async function measureSessions(
  sessions: readonly Session[],
  published: (session: Session) => readonly NodeTrack[],
): Promise<MeasuredSession[]> {
  const found: MeasuredSession[] = [];
  for (let at = 0; at < sessions.length; at += concurrentMax) {
    const batch = sessions.slice(at, at + concurrentMax);
    const measured = await Promise.allSettled(batch.map((session) => measure(session, published(session))));
    for (const result of measured) if (result.status === 'fulfilled') found.push(result.value);
  }
  return found;
}

async function measure(session: Session, published: readonly NodeTrack[]): Promise<MeasuredSession> {
  const [subscription] = session.subscriptions.values();
  const [sent, received, downlink, consumerArrival, ...producerArrivals] = await Promise.all([
    session.sendTransport?.traffic(),
    session.recvTransport?.traffic(),
    session.recvTransport?.downlink(),
    subscription?.consumer.arrival(),
    ...published.slice(0, tracksMeasuredMax).map(({ producer }) => producer.arrival()),
  ]);
  return {
    sessionId: session.sessionId,
    rttMs:
      consumerArrival?.roundTripMs ??
      producerArrivals.find(({ roundTripMs }) => roundTripMs !== undefined)?.roundTripMs ??
      0,
    outboundLoss: Math.max(0, ...producerArrivals.map(({ lossShare }) => lossShare)),
    // A receiver without transport-wide feedback reports each stream.
    inboundLoss: Math.max(downlink?.lossShare ?? 0, consumerArrival?.lossShare ?? 0),
    jitterMs: Math.max(0, ...producerArrivals.map(({ jitterMs }) => jitterMs)),
    sentBps: Math.round(sent?.rxBps ?? 0),
    receivedBps: Math.round(received?.txBps ?? 0),
  };
}
