import type { types } from 'mediasoup-client';
import { Firefox120 } from 'mediasoup-client/handlers/Firefox120';
import { describe, expect, it } from 'vitest';
import { restartIceOf, transportRow } from '../../src/media/transport-row.ts';

/** A transport that writes down its orders; `updateFails`: what it says to other servers. */
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
  it('sets the TURN servers of the answer first, and lets nothing come between', () => {
    const { transport, orders } = fakeTransport();
    void restartIceOf(transport, { iceParameters, iceServers });
    expect(orders).toEqual([iceServers, 'new']);
  });

  it('leaves them as they are when the answer has none', async () => {
    const { transport, orders } = fakeTransport();
    await restartIceOf(transport, { iceParameters, iceServers: [] });
    expect(orders).toEqual(['new']);
  });

  it('goes on where the browser takes no others, and fails where they make no sense', async () => {
    const inFirefox = { assertNotClosed: () => undefined } as unknown as Firefox120;
    const said: unknown = await Firefox120.prototype.updateIceServers.call(inFirefox, []).catch((error) => error);
    const firefox = fakeTransport(said);
    await restartIceOf(firefox.transport, { iceParameters, iceServers });
    expect(firefox.orders).toEqual([iceServers, 'new']);
    const wrong = fakeTransport(new SyntaxError('no URL'));
    await expect(restartIceOf(wrong.transport, { iceParameters, iceServers })).rejects.toThrow('no URL');
  });
});

it('a session without a transport, as in the crowd of a show, has a fingerprint for one that stays idle', () => {
  for (const absent of [undefined, null])
    expect(transportRow(absent).dtlsParameters.fingerprints).toEqual([
      { algorithm: 'sha-256', value: expect.stringMatching(/^(00:){31}00$/) },
    ]);
});
