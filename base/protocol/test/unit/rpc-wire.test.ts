// Topics of calls between participants.
import { describe, expect, it, test } from 'vitest';
import { isRpcPart, knownClientProtocol, type RpcMessage, rpcMessageOf, rpcTopicOf } from '../../src/index.ts';

const rows: [string, Exclude<RpcMessage, { type: 'foreign' }>][] = [
  ['meridian.rpc 1 call id 15000 a method', { type: 'call', id: 'id', timeoutMs: 15_000, method: 'a method' }],
  ['meridian.rpc 1 ack id', { type: 'ack', id: 'id' }],
  ['meridian.rpc 1 result id', { type: 'result', id: 'id' }],
  ['meridian.rpc 1 error id 1500', { type: 'error', id: 'id', code: 1500 }],
  ['meridian.rpc 2 call id 15000 a method', { type: 'callBegins', id: 'id', timeoutMs: 15_000, method: 'a method' }],
  ['meridian.rpc 2 result id', { type: 'resultBegins', id: 'id' }],
  ['meridian.rpc 2 part call id 0', { type: 'part', whole: 'call', id: 'id', number: 0 }],
  ['meridian.rpc 2 end result id 12', { type: 'end', whole: 'result', id: 'id', number: 12 }],
  ['meridian.rpc 2 cut call id', { type: 'cut', whole: 'call', id: 'id' }],
];

describe('a topic of calls', () => {
  test.each(rows)('%s is written and read', (topic, message) => {
    expect(rpcTopicOf(message)).toBe(topic);
    expect(rpcMessageOf(topic)).toEqual(message);
    expect(isRpcPart(message)).toBe(topic.startsWith('meridian.rpc 2'));
  });

  test.each([
    'meridian.rpc 2',
    'meridian.rpc 2 call',
    'meridian.rpc 2 call id',
    'meridian.rpc 2 call id 5',
    'meridian.rpc 2 call i/d 5 m',
    'meridian.rpc 2 result',
    'meridian.rpc 2 result id more',
    'meridian.rpc 2 part call id',
    'meridian.rpc 2 part call id -1',
    'meridian.rpc 2 part shout id 1',
    `meridian.rpc 2 part call ${'i'.repeat(41)} 1`,
    'meridian.rpc 2 part call id 1 more',
    'meridian.rpc 2 cut call id 1',
    'meridian.rpc 2 ack id',
    'meridian.rpc 3 ack id',
  ])('%s is unreadable', (topic) => {
    expect(rpcMessageOf(topic)).toBeUndefined();
  });

  it('of a call in a later version can be answered', () => {
    expect(rpcMessageOf('meridian.rpc 3 call id anything')).toEqual({ type: 'foreign', id: 'id' });
  });
});

test.each([
  [undefined, 0],
  [null, 0],
  [-1, 0],
  [1, 1],
  [1.5, 1],
  [2, 2],
  [3, 2],
  [4_294_967_295, 2],
])('a client protocol announced as %s counts as %d', (announced, known) => {
  expect(knownClientProtocol(announced)).toBe(known);
});
