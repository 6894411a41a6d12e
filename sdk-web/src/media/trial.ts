// A browser's first receiving transport takes long, because the browser lists networks and loads decoders. A transport
// without a peer makes it do this work before the user joins.
import { report } from '@meridian/client';
import type { types } from 'mediasoup-client';
import { anyFingerprint } from './transport-row.ts';

const anyPassword = '0'.repeat(32);

export interface Trial {
  close(): void;
}

/** Returns a transport to close when a real one is connected; until then the browser keeps its list of networks. */
export function startTrial(device: types.Device): Trial {
  const transport = device.createRecvTransport({
    id: 'trial',
    iceParameters: { usernameFragment: 'trial', password: anyPassword, iceLite: true },
    iceCandidates: [],
    dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: anyFingerprint }] },
  });
  transport.on('connect', (_parameters, done) => done());
  const consumed = (['audio', 'video'] as const).map((kind, at) =>
    consumeNothing(transport, device, { kind, mid: String(at), ssrc: at + 1 }),
  );
  Promise.all(consumed).catch((error: unknown) => {
    if (!transport.closed) report(error);
  });
  return transport;
}

/** Sets up a medium that never arrives. */
export async function consumeNothing(
  transport: types.Transport,
  device: types.Device,
  { kind, mid, ssrc }: { readonly kind: 'audio' | 'video'; readonly mid: string; readonly ssrc: number },
): Promise<types.Consumer | undefined> {
  const codec = device.recvRtpCapabilities.codecs?.find((one) => one.kind === kind);
  if (codec?.preferredPayloadType === undefined) return undefined;
  const { mimeType, clockRate, channels, preferredPayloadType: payloadType, parameters = {} } = codec;
  return await transport.consume({
    id: mid,
    producerId: mid,
    kind,
    rtpParameters: {
      mid,
      codecs: [{ mimeType, payloadType, clockRate, ...(channels !== undefined && { channels }), parameters }],
      encodings: [{ ssrc }],
      rtcp: { cname: 'trial' },
    },
  });
}
