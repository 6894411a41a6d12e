import type { types } from 'mediasoup-client';
import { Firefox120 } from 'mediasoup-client/handlers/Firefox120';
import { describe, expect, it } from 'vitest';
import { restartIceOf, transportRow } from '../../src/media/transport-row.ts';

/** Returns a transport that records its calls. `updateFails`: error with which an update of its servers rejects. */
function fakeTransport(updateFails?: unknown): { transport: types.Transport; orders: unknown[] } {
  const orders: unknown[] = [];
  const transport = {
    updateIceServers: async ({ iceServers }: { iceServers: RTCIceServer[] }) => {
      orders.push(iceServers);
      if (updateFails !== undefined) throw updateFails;
    },
    restartIce: async ({ iceParameters }: { iceParameters: types.IceParameters }) => {
      orders.push(iceParameters.usernameFragment);
    },
  };
  return { transport: transport as unknown as types.Transport, orders };
}
const iceParameters = { usernameFragment: 'new', password: 'p', iceLite: true };
const iceServers = [{ urls: ['turn:turn.example.org'], username: 'u', credential: 'c' }];

describe('an ICE restart', () => {
  it('sets the TURN servers of the answer first, without a step in between', () => {
    const { transport, orders } = fakeTransport();
    void restartIceOf(transport, { iceParameters, iceServers });
    expect(orders).toEqual([iceServers, 'new']);
  });

  it('keeps the servers when the answer has none', async () => {
    const { transport, orders } = fakeTransport();
    await restartIceOf(transport, { iceParameters, iceServers: [] });
    expect(orders).toEqual(['new']);
  });

  it('continues if the browser cannot change servers, and fails for invalid servers', async () => {
    const inFirefox = { assertNotClosed: () => undefined } as unknown as Firefox120;
    const failure: unknown = await Firefox120.prototype.updateIceServers.call(inFirefox, []).catch((error) => error);
    const firefox = fakeTransport(failure);
    await restartIceOf(firefox.transport, { iceParameters, iceServers });
    expect(firefox.orders).toEqual([iceServers, 'new']);
    const wrong = fakeTransport(new SyntaxError('no URL'));
    await expect(restartIceOf(wrong.transport, { iceParameters, iceServers })).rejects.toThrow('no URL');
  });
});

it('a session without a transport, as in the crowd of a show, has a fingerprint for an idle one', () => {
  for (const absent of [undefined, null])
    expect(transportRow(absent).dtlsParameters.fingerprints).toEqual([
      { algorithm: 'sha-256', value: expect.stringMatching(/^(00:){31}00$/) },
    ]);
});
