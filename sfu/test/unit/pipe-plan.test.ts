import { describe, expect, test } from 'vitest';
import { onPipeOpen, onPipeOpened, type PipeEnd, type PipeState, shouldDial, winsGlare } from '../../src/core/index.ts';

const end = (change: Partial<PipeEnd> = {}): PipeEnd => ({
  incarnation: 'i1',
  ip: '10.0.0.1',
  port: 7920,
  cryptoSuite: 'AEAD_AES_256_GCM',
  keyBase64: 'k1',
  ...change,
});
const none: PipeState = { kind: 'none' };
const asking: PipeState = { kind: 'asking' };
const open = (remote = end()): PipeState => ({ kind: 'open', remote });

describe('a pipeOpen from the other side', () => {
  const rows: [name: string, state: PipeState, selfId: string, remoteId: string, remote: PipeEnd, want: string][] = [
    ['is answered and connected when there is no pipe', none, 'b', 'a', end(), 'connect'],
    ['of a node with a lower id wins over our own request', asking, 'b', 'a', end(), 'connect'],
    ['of a node with a higher id is only answered while we ask too', asking, 'a', 'b', end(), 'answerOnly'],
    ['for the existing pipe changes nothing', open(), 'a', 'b', end(), 'keep'],
    ['of a new incarnation makes a new pipe', open(), 'a', 'b', end({ incarnation: 'i2' }), 'rebuild'],
    ['with another key makes a new pipe', open(), 'a', 'b', end({ keyBase64: 'k2' }), 'rebuild'],
    ['with another port makes a new pipe', open(), 'a', 'b', end({ port: 7921 }), 'rebuild'],
    ['with another address makes a new pipe', open(), 'a', 'b', end({ ip: '10.0.0.2' }), 'rebuild'],
  ];
  test.each(rows)('%s', (_name, state, selfId, remoteId, remote, want) => {
    expect(onPipeOpen(state, { selfId, remoteId, remote }).do).toBe(want);
  });
});

describe('the answer to our own pipeOpen', () => {
  const rows: [name: string, state: PipeState, remote: PipeEnd, want: string][] = [
    ['is ignored when the pipe was dropped meanwhile', none, end(), 'ignore'],
    ['connects the pipe while our request is under way', asking, end(), 'connect'],
    ['changes nothing when the other side has opened the pipe meanwhile', open(), end(), 'keep'],
    ['with another end than the connected one makes a new pipe', open(), end({ port: 1 }), 'rebuild'],
  ];
  test.each(rows)('%s', (_name, state, remote, want) => expect(onPipeOpened(state, remote).do).toBe(want));
});

test('when both sides request a pipe at once, both agree which request wins', () => {
  for (const [a, b] of [
    ['node-1', 'node-2'],
    ['a', 'aa'],
    ['Z', 'a'],
  ] as const) {
    expect(winsGlare(a, b)).not.toBe(winsGlare(b, a));
    const atA = onPipeOpen(asking, { selfId: a, remoteId: b, remote: end() }).do;
    const atB = onPipeOpen(asking, { selfId: b, remoteId: a, remote: end() }).do;
    expect([atA, atB].sort()).toEqual(['answerOnly', 'connect']);
    expect(shouldDial(a, b)).not.toBe(shouldDial(b, a));
  }
});
