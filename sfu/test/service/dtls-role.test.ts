// Tests which end begins DTLS. The worker and its transports are real.
import type { WebRtcEndpoint } from '@meridian/protocol';
import { createLogger } from '@meridian/runtime';
import type { types } from 'mediasoup';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MediasoupEngine } from '../../src/adapters/mediasoup/engine.ts';

const fingerprint = { algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') };
let engine: MediasoupEngine;
let made: types.WebRtcTransport | undefined;
beforeEach(async () => {
  engine = await MediasoupEngine.start(
    {
      workerBin: process.env['MEDIASOUP_WORKER_BIN'],
      mediaListen: [{ ip: '127.0.0.1', port: 0 }],
      pipeListen: { ip: '127.0.0.1', portMin: 20_000, portMax: 59_000 },
      log: createLogger({ name: 'quiet', level: 'fatal' }),
    },
    () => expect.unreachable('it was closed'),
  );
  engine.handles.router.observer.on('newtransport', (transport) => {
    if (transport.type === 'webrtc') made = transport as types.WebRtcTransport;
  });
});
afterEach(() => engine.close('test over'));

it.each<[string, Partial<WebRtcEndpoint>, { described: string; role: string | undefined }]>([
  ['an older client', { fingerprint }, { described: 'auto', role: 'server' }],
  ['a client that can be the server', { fingerprint, dtlsServer: true }, { described: 'client', role: 'client' }],
  [
    'such a client with data channels',
    { fingerprint, dtlsServer: true, dataChannels: [{ label: 'data', ordered: true }] },
    { described: 'client', role: 'client' },
  ],
])('for %s, the role that the node describes is the role that it takes', async (_, part, expected) => {
  const endpoint: WebRtcEndpoint = { kind: 'webrtc', ...part };
  const transport = await engine.createClientTransport({ endpoint, onState: () => undefined });
  const description = transport.describe();
  expect('dtlsRole' in description && description.dtlsRole).toBe(expected.described);
  expect(made?.dtlsParameters.role).toBe(expected.role);
});

it('for a client whose fingerprint follows, the node begins as well', async () => {
  const endpoint: WebRtcEndpoint = { kind: 'webrtc', dtlsServer: true };
  const transport = await engine.createClientTransport({ endpoint, onState: () => undefined });
  await transport.connect(fingerprint);
  expect(made?.dtlsParameters.role).toBe('client');
});
