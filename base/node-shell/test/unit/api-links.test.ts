// Tests which api instance is called, and the error when none answers.
import { MeridianError, nodeKind, rpc, wire } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { ApiLinks } from '../../src/api-links.ts';
import { ScriptedLink } from '../support/scripted-link.ts';

const answer = wire.ApiKeys.encode({ keys: [{ key: 'k' }] }).finish();
const clock = new ManualClock();
const open = () => new ApiLinks(() => clock.nowMs());
const ask = (links: ApiLinks) => links.call(rpc.apiKeys, { keys: ['k'] }, 1000);
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'ok',
    (error: unknown) => (error instanceof MeridianError ? error.code : String(error)),
  );
const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

it('a call without a link, or with links that all fail, gets a retryable refusal', async () => {
  const links = open();
  expect(await codeOf(ask(links))).toBe('API_UNREACHABLE');
  const failures = [
    'LINK_CLOSED',
    'LINK_DEADLINE',
    'LINK_BACKPRESSURE',
    'LINK_HANDLER_FAILED',
    'SHUTTING_DOWN',
    'X_OF_DB',
  ];
  const taken = failures.map((code, index) => new ScriptedLink(`api-${index}`, nodeKind.api, failing(code)));
  for (const link of taken) links.take(link);
  expect(await codeOf(ask(links))).toBe('API_UNREACHABLE');
  expect(taken.map(({ requests }) => requests.length)).toEqual(failures.map(() => 1));
});

it('an absent instance is skipped, and called last from then on', async () => {
  const links = open();
  const healthyLink = new ScriptedLink('api-1', nodeKind.api, () => answer);
  const failingLink = new ScriptedLink('api-2', nodeKind.api, failing('LINK_DEADLINE'));
  links.take(healthyLink);
  links.take(failingLink);
  expect((await ask(links)).keys[0]?.key).toBe('k');
  await ask(links);
  expect([failingLink.requests.length, healthyLink.requests.length]).toEqual([1, 2]);
  // An instance that hangs leaves half of the time for the other.
  expect(failingLink.requests[0]?.deadlineMs).toBe(500);
  healthyLink.close('over');
  expect(await codeOf(ask(links))).toBe('API_UNREACHABLE');
});

it('a refusal of an instance is final, whatever other instances there are', async () => {
  const links = open();
  const secondLink = new ScriptedLink('api-1', nodeKind.api, () => answer);
  links.take(secondLink);
  links.take(new ScriptedLink('api-2', nodeKind.api, failing('RATE_LIMITED')));
  expect(await codeOf(ask(links))).toBe('RATE_LIMITED');
  expect(secondLink.requests).toEqual([]);
});

it('links of other kinds are closed, accepted ones are announced, and denied ones are cut', () => {
  const links = open();
  const announcedIds: string[] = [];
  links.onLink(({ remote }) => announcedIds.push(remote.id));
  const gateway = new ScriptedLink('gw-1', nodeKind.gateway, () => answer);
  const api = new ScriptedLink('api-1', nodeKind.api, () => answer);
  for (const link of [gateway, api]) links.take(link);
  expect([gateway.closed, announcedIds, links.isLinked]).toEqual([true, ['api-1'], true]);
  links.cut(new Set(['api-1']), 'denied');
  expect([api.closed, links.isLinked]).toEqual([true, false]);
});
