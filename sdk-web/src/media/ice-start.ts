// Starts ICE of a receiving transport with its first negotiation. mediasoup-client negotiates its bandwidth probes in a
// second round after the first video, for which the browser's first STUN request would wait.
import type { types } from 'mediasoup-client';
import { generateProbatorRtpParameters } from 'mediasoup-client/ortc';

const probesId = 'probator';
/** Limit on the wait for ICE after the first answer; usually 10 to 20 ms are enough. */
const beginMsMax = 100;

/** Resolves when the browser looks for a path after its first answer, or after `beginMsMax`. */
export function iceStartOf(transport: types.Transport): Promise<void> {
  const iceStarted = Promise.withResolvers<void>();
  transport.once('connectionstatechange', () => iceStarted.resolve());
  const { handler } = transport;
  const receive = handler.receive.bind(handler);
  let hasProbes = false;
  handler.receive = async (wanted) => {
    if (hasProbes && wanted.every(({ trackId }) => trackId === probesId)) return [];
    const video = hasProbes ? undefined : wanted.find(({ kind }) => kind === 'video');
    try {
      if (video === undefined) return await receive(wanted);
      const results = await receive([...wanted, probesBeside(video)]);
      hasProbes = true;
      return results.slice(0, wanted.length);
    } finally {
      setTimeout(iceStarted.resolve, beginMsMax);
    }
  };
  return iceStarted.promise;
}

const probesBeside = ({ rtpParameters }: types.HandlerReceiveOptions): types.HandlerReceiveOptions => ({
  trackId: probesId,
  kind: 'video',
  rtpParameters: generateProbatorRtpParameters(rtpParameters),
});
