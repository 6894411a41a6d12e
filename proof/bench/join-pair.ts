// Connects two peer connections of one page: no server can have its path up sooner.
import type { Page } from 'playwright-core';

/** Times from the call of createOffer() until the answering side has ICE, and has DTLS. */
export interface PairTimes {
  readonly barePairIceMs: number;
  readonly barePairDtlsMs: number;
}

/** Connects a receiving pair in the page, as a join does: one audio and one video section over one transport. */
export function connectPair(page: Page): Promise<PairTimes> {
  return page.evaluate(async () => {
    const [sender, receiver] = [new RTCPeerConnection(), new RTCPeerConnection()];
    try {
      const startedMs = performance.now();
      const reached = (event: string, isUp: () => boolean): Promise<number> =>
        new Promise((resolve) => {
          receiver.addEventListener(event, () => isUp() && resolve(performance.now() - startedMs));
        });
      const ice = reached('iceconnectionstatechange', () => receiver.iceConnectionState === 'connected');
      const dtls = reached('connectionstatechange', () => receiver.connectionState === 'connected');
      sender.addEventListener('icecandidate', ({ candidate }) => receiver.addIceCandidate(candidate ?? undefined));
      receiver.addEventListener('icecandidate', ({ candidate }) => sender.addIceCandidate(candidate ?? undefined));
      for (const kind of ['audio', 'video']) sender.addTransceiver(kind, { direction: 'sendonly' });
      const offer = await sender.createOffer();
      await Promise.all([sender.setLocalDescription(offer), receiver.setRemoteDescription(offer)]);
      const answer = await receiver.createAnswer();
      await Promise.all([receiver.setLocalDescription(answer), sender.setRemoteDescription(answer)]);
      return { barePairIceMs: await ice, barePairDtlsMs: await dtls };
    } finally {
      sender.close();
      receiver.close();
    }
  });
}
