// A browser's first receiving transport takes long, because the browser lists networks and loads decoders. A transport
// without a peer makes it do this work before the user joins.
import { report } from '@meridian/client';
import type { types } from 'mediasoup-client';
import { anyFingerprint } from './transport-row.ts';

const anyPassword = '0'.repeat(32);

export interface WarmUp {
  close(): void;
}

/** Returns a transport to close when a real one is connected; until then the browser keeps its list of networks. */
export function warmUp(device: types.Device): WarmUp {
  const transport = device.createRecvTransport({
    id: 'warm-up',
    iceParameters: { usernameFragment: 'warmup', password: anyPassword, iceLite: true },
    iceCandidates: [],
    dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: anyFingerprint }] },
  });
  transport.on('connect', (_parameters, done) => done());
  const consumed = (['audio', 'video'] as const).map((kind, at) => consume(transport, device, kind, at));
  Promise.all(consumed).catch((error: unknown) => {
    if (!transport.closed) report(error);
  });
  return transport;
}

async function consume(transport: types.Transport, device: types.Device, kind: 'audio' | 'video', at: number) {
  const codec = device.recvRtpCapabilities.codecs?.find((one) => one.kind === kind);
  if (codec?.preferredPayloadType === undefined) return;
  const { mimeType, clockRate, channels, preferredPayloadType: payloadType, parameters = {} } = codec;
  await transport.consume({
    id: kind,
    producerId: kind,
    kind,
    rtpParameters: {
      mid: String(at),
      codecs: [{ mimeType, payloadType, clockRate, ...(channels !== undefined && { channels }), parameters }],
      encodings: [{ ssrc: at + 1 }],
      rtcp: { cname: 'warm-up' },
    },
  });
}
