// The first negotiation of a receiving transport decides when ICE begins. mediasoup-client negotiates its stream of
// bandwidth probes in a second round behind the first video, and the browser's first STUN request waits for that.
import type { types } from 'mediasoup-client';
import { generateProbatorRtpParameters } from 'mediasoup-client/ortc';

/** The id by which mediasoup-client receives its stream of bandwidth probes. */
const probesId = 'probator';
/** From the answer; usually it takes 10 to 20 ms. */
const beginMsMax = 100;

/**
 * Lets a receiving transport negotiate its probes together with the first video. Resolves when the browser has begun to
 * look for a path after its first answer, or has had its time.
 */
export function pathBegunOf(transport: types.Transport): Promise<void> {
  const begun = Promise.withResolvers<void>();
  transport.once('connectionstatechange', () => begun.resolve());
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
      setTimeout(begun.resolve, beginMsMax);
    }
  };
  return begun.promise;
}

const probesBeside = ({ rtpParameters }: types.HandlerReceiveOptions): types.HandlerReceiveOptions => ({
  trackId: probesId,
  kind: 'video',
  rtpParameters: generateProbatorRtpParameters(rtpParameters),
});
