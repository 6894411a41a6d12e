import { limits, type Participant } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { type DataClaim, DataGate } from '../../src/core/index.ts';
import { person } from './fixtures.ts';

const ann = person('ann');
const claim: DataClaim = {
  roomKey: 'acme/lobby',
  sessionId: 'PA_ann',
  identity: 'ann',
  payloadBytes: limits.dataBytesMax,
  topicLength: limits.topicLengthMax,
  originNodeId: 'n1',
  viaNodeId: 'n2',
  lossy: false,
};
const absent = (): undefined => undefined;
const known = (): Participant => ann;

describe('a data message', () => {
  it.each<[string, Partial<DataClaim>, Partial<Participant> | undefined, string]>([
    ['that is too large', { payloadBytes: limits.dataBytesMax + 1 }, {}, 'DATA_TOO_LARGE'],
    ['that is lossy and too large', { lossy: true, payloadBytes: limits.dataBytesMax + 1 }, {}, 'DATA_TOO_LARGE'],
    ['with too long a topic', { topicLength: limits.topicLengthMax + 1 }, {}, 'REQUEST_INVALID'],
    ['in the name of another identity', { identity: 'bob' }, {}, 'IDENTITY_MISMATCH'],
    ['of a participant that may not send data', {}, { canPublishData: false }, 'NOT_PERMITTED'],
    ['of a session of another node', {}, { nodeId: 'n3' }, 'wait'],
    ['of a session of the node that forwards it', {}, { nodeId: 'n2' }, 'wait'],
    ['of a session that the roster does not know', {}, undefined, 'wait'],
    [
      'that is lossy, of a session that the roster does not know',
      { lossy: true, payloadBytes: 1 },
      undefined,
      'PARTICIPANT_UNKNOWN',
    ],
    ['of a session, from its node', {}, {}, 'deliver'],
  ])('%s', (_name, said, sender, verdict) => {
    const participant = sender === undefined ? undefined : { ...ann, ...sender };
    expect(new DataGate().judge({ ...claim, ...said }, participant, 0)).toBe(verdict);
  });

  it('ahead of the roster waits for the roster of its room, in order', () => {
    const gate = new DataGate<string>();
    expect([gate.keep(claim, 'one', 0), gate.keep(claim, 'two', 1)]).toEqual([true, true]);
    expect(gate.release('acme/lobby', absent, 2)).toEqual([]);
    expect(gate.release('acme/other', known, 2)).toEqual([]);
    expect(gate.release('acme/lobby', known, 4999)).toEqual(['one', 'two']);
    expect(gate.release('acme/lobby', known, 4999)).toEqual([]);
  });

  it('is dropped when the roster contradicts it, the roster comes too late, or the room has left the node', () => {
    const gate = new DataGate<string>();
    gate.keep(claim, 'forged', 0);
    expect(gate.release('acme/lobby', () => ({ ...ann, identity: 'bob' }), 1)).toEqual([]);
    expect(gate.waitingCount).toBe(0);
    gate.keep(claim, 'late', 0);
    expect(gate.release('acme/lobby', known, 5000)).toEqual([]);
    gate.keep(claim, 'left behind', 0);
    gate.forget('acme/lobby');
    expect([gate.waitingCount, gate.release('acme/lobby', known, 1)]).toEqual([0, []]);
  });

  it('waits within bounds for each origin and forwarding node, so that no node takes the places of others', () => {
    const gate = new DataGate<number>();
    const kept = (o: Partial<DataClaim>, nowMs = 0): number => {
      let count = 0;
      while (count < 2000 && gate.keep({ ...claim, ...o }, count, nowMs)) count += 1;
      return count;
    };
    expect(kept({ originNodeId: 'o-0', viaNodeId: 'v-0' })).toBe(64);
    for (let node = 1; node < 4; node += 1) kept({ originNodeId: `o-${node}`, viaNodeId: 'v-0' });
    expect(kept({ originNodeId: 'o-9', viaNodeId: 'v-0' })).toBe(0);
    for (let node = 0; node < 40; node += 1) kept({ originNodeId: `p-${node}`, viaNodeId: `v-${node % 8}` });
    expect(gate.waitingCount).toBe(1024);
    expect(kept({ originNodeId: 'o-9', viaNodeId: 'v-9' }, 5000)).toBe(64);
    expect(gate.waitingCount).toBe(64);
  });

  it('of a participant that has just left is still delivered, only from that participant’s node and in its room', () => {
    const gate = new DataGate();
    gate.recordDeparture('acme/lobby', ann, 0);
    expect(gate.judge(claim, undefined, 4999)).toBe('deliver');
    expect(gate.judge({ ...claim, roomKey: 'acme/other' }, undefined, 1)).toBe('wait');
    expect(gate.judge({ ...claim, originNodeId: 'n3' }, undefined, 1)).toBe('wait');
    expect(gate.judge({ ...claim, identity: 'bob' }, undefined, 1)).toBe('IDENTITY_MISMATCH');
    expect(gate.judge(claim, undefined, 5000)).toBe('wait');
    for (let other = 0; other < 4096; other += 1)
      gate.recordDeparture('acme/lobby', { ...ann, sessionId: `PA_${other}` }, 1);
    expect(gate.judge(claim, undefined, 2)).toBe('wait');
  });
});
