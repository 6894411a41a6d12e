// Tests the behaviour of a link that nodes rely on, over a real socket and with the double of unit tests.
import { note } from '@meridian/protocol';
import type { Link, RequestHandler } from '@meridian/runtime';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectPair, makeCluster } from '../../../runtime/test/support/cluster.ts';
import { ScriptedLink } from '../support/scripted-link.ts';

interface LinkUnderTest {
  readonly link: Link;
  /** Sends a request from the other side. */
  ask(type: number, payload: Uint8Array): Promise<Uint8Array>;
  say(version: number): void;
}
type Answer = (type: number, payload: Uint8Array) => Promise<Uint8Array> | Uint8Array;
/** Types that the other side serves. */
const TYPES = [1, 2];

async function scripted(answer: Answer): Promise<LinkUnderTest> {
  const link = new ScriptedLink('api-1', 'api', answer);
  const say = (version: number): void => link.deliver(note.revoked, { version });
  return { link, ask: (type, payload) => link.ask(type, payload), say };
}

const cluster = makeCluster();
async function connected(answer: Answer): Promise<LinkUnderTest> {
  const onLink = (link: Link): void => {
    const served: (type: number) => RequestHandler = (type) => (payload) => answer(type, payload);
    for (const type of TYPES) link.onRequest(type, served(type));
  };
  const { near, far, close } = await connectPair(await cluster, { server: { onLink } });
  onTestFinished(() => close());
  const say = (version: number): void =>
    void far.send(note.revoked.number, note.revoked.message.encode({ version }).finish());
  return { link: near, ask: (type, payload) => far.request(type, payload), say };
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const never = (): Promise<Uint8Array> => new Promise(() => undefined);

describe.each([
  ['the double', scripted],
  ['a socket', connected],
])('contract of links: %s', (_, make) => {
  it("answers requests with the other side's answer or code", async () => {
    const { link } = await make((type, payload) => {
      if (type === 1) return bytes(...payload, 9);
      throw Object.assign(new Error('as the test says'), { code: 'RATE_LIMITED' });
    });
    expect([...(await link.request(1, bytes(1, 2)))]).toEqual([1, 2, 9]);
    await expect(link.request(2, bytes())).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('ends pending requests when it is closed, and starts none', async () => {
    const { link } = await make(never);
    const pendingRequest = expect(link.request(1, bytes())).rejects.toMatchObject({ code: 'LINK_CLOSED' });
    link.close('over');
    await pendingRequest;
    await expect(link.request(1, bytes())).rejects.toMatchObject({ code: 'LINK_CLOSED' });
  });

  it('sends nothing once it is closed', async () => {
    const { link } = await make(never);
    expect([link.closed, link.send(1, bytes())]).toEqual([false, true]);
    link.close('over');
    expect([link.closed, link.send(1, bytes())]).toEqual([true, false]);
  });

  it('reports its first end once to each listener, including a late one', async () => {
    const { link } = await make(never);
    const causes: string[] = [];
    link.onClose((cause) => causes.push(`first ${cause}`));
    link.close('over');
    link.close('again');
    link.onClose((cause) => causes.push(`late ${cause}`));
    expect(causes).toEqual(['first over', 'late over']);
  });

  it('passes requests of the other side to their handlers, and refuses others', async () => {
    const { link, ask } = await make(never);
    link.onRequest(3, (payload) => bytes(...payload, 4));
    link.onRequest(5, () => Promise.reject(Object.assign(new Error('no'), { code: 'REQUEST_INVALID' })));
    expect([...(await ask(3, bytes(1)))]).toEqual([1, 4]);
    await expect(ask(5, bytes())).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(ask(6, bytes())).rejects.toMatchObject({ code: 'LINK_NO_HANDLER' });
  });

  it('passes messages to their handler, in order', async () => {
    const { link, say } = await make(never);
    const received: number[] = [];
    link.onMessage(note.revoked.number, (payload) => received.push(note.revoked.message.decode(payload).version));
    for (const version of [2, 3]) say(version);
    await expect.poll(() => received).toEqual([2, 3]);
  });

  it('has a single handler per type', async () => {
    const { link } = await make(never);
    link.onRequest(3, never);
    expect(() => link.onRequest(3, never)).toThrow(RangeError);
    link.onMessage(3, () => undefined);
    expect(() => link.onMessage(3, () => undefined)).toThrow(RangeError);
  });
});
