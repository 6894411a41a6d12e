// Tokens of pods before Kubernetes reviews them: impossible tokens are refused, and no address takes all concurrent
// reviews.
import { createLogger, ManualClock } from '@meridian/runtime';
import { beforeEach, expect, it } from 'vitest';
import type { KubernetesClient } from '../../src/adapters/kubernetes/client.ts';
import { podTokens } from '../../src/adapters/kubernetes/pod-tokens.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const clock = new ManualClock();
const nowS = Math.floor(clock.wallMs() / 1000);
const good = { aud: ['meridian'], exp: nowS + 600, sub: 'system:serviceaccount:ours:meridian-sfu' };
const tokenWith = (claims: unknown): string => `eyJh.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

/** Pending reviews, to be answered. */
let asked: (() => void)[];
let redeem: ReturnType<typeof podTokens>;
beforeEach(() => {
  asked = [];
  const kubernetes = {
    config: { namespace: 'ours', serviceAccounts: { 'meridian-sfu': 'sfu' } },
    request: () => new Promise((resolve) => asked.push(() => resolve({ status: {} }))),
  } as unknown as KubernetesClient;
  redeem = podTokens({ redeem: async () => undefined }, { kubernetes, clock, log });
});

it.each<[string, unknown]>([
  ['no claims', 'x'],
  ['no subject', Object.assign({}, good, { sub: undefined })],
  ['the subject of another namespace', Object.assign({}, good, { sub: 'system:serviceaccount:other:meridian-sfu' })],
  ['the subject of an account that is no node', Object.assign({}, good, { sub: 'system:serviceaccount:ours:default' })],
  ['a subject of a property’s name', Object.assign({}, good, { sub: 'system:serviceaccount:ours:constructor' })],
  ['another audience', Object.assign({}, good, { aud: ['https://kubernetes.default.svc'] })],
  ['an expiry in the past', Object.assign({}, good, { exp: nowS - 61 })],
  ['an invalid expiry', Object.assign({}, good, { exp: 'never' })],
])('a token with %s is refused without a review', async (_what, claims) => {
  const answers = [redeem(tokenWith(claims), '10.0.0.1'), redeem('eyJh.eyJi.c2ln', '10.0.0.1')];
  expect(asked).toEqual([]);
  expect(await Promise.all(answers)).toEqual([undefined, undefined]);
});

it('at most four reviews run at once for an address, and sixteen for all addresses together', async () => {
  const unavailable = expect.objectContaining({ code: 'ENROL_UNAVAILABLE' });
  const ask = (address: string) => redeem(tokenWith(good), address);
  const waiting = [1, 2, 3, 4].map((host) => ask(`2001:db8::${host}`));
  const fifth = expect(ask('2001:db8::5')).rejects.toEqual(unavailable);
  expect(asked).toHaveLength(4);
  await fifth;
  for (const host of [1, 2, 3]) for (let at = 0; at < 4; at += 1) waiting.push(ask(`10.0.0.${host}`));
  expect(asked).toHaveLength(16);
  await expect(ask('10.0.0.9')).rejects.toEqual(unavailable);
  for (const answer of asked) answer();
  expect(new Set(await Promise.all(waiting))).toEqual(new Set([undefined]));
  const later = ask('2001:db8::5');
  asked.at(-1)?.();
  expect(await later).toBeUndefined();
});
