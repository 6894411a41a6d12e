// Where is the client? Real public addresses, IPv4 and IPv6, through a configured proxy's header, without `from=`.
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { TestCloud } from '../support/cloud.ts';
import { headless } from '../support/headless.ts';
import { sharedCloud, TEST_PROXY } from '../support/shared-cloud.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = sharedCloud();
});

const asProxy = (client: string) => ({ localAddress: TEST_PROXY, headers: { 'x-forwarded-for': client } });

/** What the entry of this region names to a client of this address. */
async function candidates(
  region: 'frankfurt' | 'singapore',
  client: string,
): Promise<readonly { signalingId: string; echoUrl: string }[]> {
  const asked = get(`${cloud.entryUrl(region)}/v1/entry`, { ...asProxy(client), agent: false });
  const [response] = (await once(asked, 'response', { signal: AbortSignal.timeout(10_000) })) as [IncomingMessage];
  return ((await json(response)) as { candidates: { signalingId: string; echoUrl: string }[] }).candidates;
}

// Universities and carriers that have held them for long.
const rows = [
  ['a German IPv4 address', '134.60.1.1', 'sfu-fra-1'],
  ['a Singaporean IPv4 address', '137.132.1.1', 'sfu-sgp-1'],
  ['a German IPv6 address', '2001:638::1', 'sfu-fra-1'],
  ['a Singaporean IPv6 address', '2406:3003:2001::1', 'sfu-sgp-1'],
] as const;

describe('the place of an address', () => {
  it.each(rows)('%s lands on its media node from either signaling node', async (_name, address, nodeId) => {
    for (const entry of ['frankfurt', 'singapore'] as const) {
      const token = await cloud.token('location', `guest-${address}-${entry}`);
      const client = headless(cloud.entryUrl(entry), { token, ...asProxy(address) });
      const { placement } = await client.connect();
      expect(placement.nodeId).toBe(nodeId);
      // A development cloud asks geoip-lite until the files are open, which the first public address begins.
      expect(placement.locationSource).toMatch(/dbip|whois|geoip-lite/);
      expect(placement.locationRadiusKm).toBeGreaterThan(0);
      client.leave();
    }
  });

  it('the entry names the nearest signaling node first', async () => {
    const first = async (address: string): Promise<string> => {
      const [first] = await candidates('frankfurt', address);
      return first?.signalingId ?? '';
    };
    expect(await first('134.60.1.1')).toBe('sig-fra');
    expect(await first('137.132.1.1')).toBe('sig-sgp');
  });

  it('signaling nodes seal a round trip for the address that the entry named them to, and for no plain address', async () => {
    const token = await cloud.token('location', 'timing');
    /** Whether there is a receipt in the answer to the first nonce. */
    const isSealed = async (url: string): Promise<boolean> => {
      const socket = new WebSocket(url, asProxy('134.60.1.1'));
      const next = async (bytes: Buffer): Promise<Buffer> => {
        const answer = once(socket, 'message', { signal: AbortSignal.timeout(10_000) });
        socket.send(bytes);
        return (await answer)[0] as Buffer;
      };
      await once(socket, 'open', { signal: AbortSignal.timeout(10_000) });
      const nonce = (await next(Buffer.from(token))).subarray(0, 16);
      const answer = await next(Buffer.concat([nonce, Buffer.alloc(32)]));
      socket.close(1000);
      return answer.subarray(16, 41).some((byte) => byte !== 0);
    };
    for (const entry of ['frankfurt', 'singapore'] as const) {
      const named = await candidates(entry, '134.60.1.1');
      expect(named).toHaveLength(2);
      for (const { echoUrl } of named) {
        expect(await isSealed(echoUrl)).toBe(true);
        expect(await isSealed(echoUrl.replace(/\?.*/, ''))).toBe(false);
      }
    }
  });
});
