// Tests moves of a node's pull of a track to another carrier: attempts, pauses, and avoided carriers.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MeridianError } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import type { NodeLinks } from '../../src/links/nodes.ts';
import { TrackFailover } from '../../src/owner/track-failover.ts';
import type { TrackOffer } from '../../src/ports.ts';

describe('a node whose carrier is in doubt', () => {
  let clock: ManualClock;
  let asked: string[];
  let failures: (string | undefined)[];
  let offers: (string | undefined)[];
  let failover: TrackFailover;
  beforeEach(() => {
    clock = new ManualClock();
    asked = [];
    failures = [];
    offers = [];
    const call = async (nodeId: string, _kind: unknown, message: { track: { carrierNodeId: string } }) => {
      asked.push(`${nodeId} from ${message.track.carrierNodeId}`);
      const code = failures.shift();
      if (code !== undefined) throw new MeridianError(code as 'NODE_UNREACHABLE');
    };
    failover = new TrackFailover({
      clock,
      log: { info: () => undefined } as unknown as ConstructorParameters<typeof TrackFailover>[0]['log'],
      nodes: { call } as unknown as NodeLinks,
      ref: () => ({ roomKey: 't/r', ownerId: 'sig-a', epoch: 1 }),
      offer: (_puller, trackId) => {
        const carrierNodeId = offers.length > 1 ? offers.shift() : offers[0];
        if (carrierNodeId === undefined) return undefined;
        return {
          trackId,
          carrierNodeId,
          publisherSessionId: 'PA_1',
          originNodeId: 'o',
          grant: {},
        } as unknown as TrackOffer;
      },
    });
  });
  const pass = async (ms: number): Promise<void> => {
    await nextTurn();
    clock.advance(ms);
    await nextTurn();
  };

  it('is sent to another carrier at once, once', async () => {
    offers = ['b'];
    failover.begin('n', 'T', 'a');
    failover.begin('n', 'T', 'a');
    await pass(60_000);
    expect([asked, failover.size]).toEqual([['n from b'], 0]);
  });

  it('is moved again when the next carrier is in doubt before the node has confirmed it', async () => {
    offers = ['b', 'c'];
    failover.begin('n', 'T', 'a');
    failover.avoid('n', 'T', 'b');
    failover.begin('n', 'T', 'b');
    await pass(60_000);
    expect([asked, failover.size]).toEqual([['n from b', 'n from c'], 0]);
  });

  it.each<[string, (string | undefined)[]]>([
    ['the track is over', [undefined]],
    ['there is no other carrier than the one in doubt', ['a']],
  ])('is left alone when %s', async (_name, next) => {
    offers = next;
    failover.begin('n', 'T', 'a');
    await pass(60_000);
    expect([asked, failover.size]).toEqual([[], 0]);
  });

  it('tries five times with growing pauses and does not get the failed carrier again for a while', async () => {
    offers = ['b', 'c'];
    failures = ['NODE_UNREACHABLE', 'NODE_UNREACHABLE', 'NODE_UNREACHABLE', 'NODE_UNREACHABLE', 'NODE_UNREACHABLE'];
    failover.begin('n', 'T', 'a');
    for (const ms of [300, 600, 1200, 2400, 60_000]) {
      expect([...failover.avoidedCarriers('n', 'T')].includes('c')).toBe(asked.length >= 2);
      await pass(ms);
    }
    expect(asked).toEqual(['n from b', 'n from c', 'n from c', 'n from c', 'n from c']);
    expect([...failover.avoidedCarriers('n', 'T')]).toEqual([]);
    expect(failover.size).toBe(0);
  });

  it('is asked again when nodes that pull from it have to move first, and its new carrier is not avoided', async () => {
    offers = ['b'];
    failures = ['OUT_OF_ORDER', undefined];
    failover.begin('n', 'T', 'a');
    await pass(300);
    await pass(0);
    expect([asked, [...failover.avoidedCarriers('n', 'T')]]).toEqual([['n from b', 'n from b'], []]);
  });

  it('is forgotten with the track, and with the room', async () => {
    offers = ['b'];
    failures = ['NODE_UNREACHABLE'];
    failover.begin('n', 'T', 'a');
    await nextTurn();
    failover.forget('T');
    await pass(60_000);
    expect([asked.length, failover.size, failover.avoidedCarriers('n', 'T').size]).toEqual([1, 0, 0]);
    failover.close();
    failover.begin('n', 'T', 'a');
    await pass(60_000);
    expect(asked.length).toBe(1);
  });
});
