import { setImmediate as nextTurn } from 'node:timers/promises';
import { ManualClock } from '@meridian/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Pipe } from '../../src/engine.ts';
import { type PullRequest, PullTable } from '../../src/media/pulls.ts';
import type { PulledTrack } from '../../src/media/shapes.ts';
import { pulledTrack, pullPortsWith, request } from './kit/pull-ports.ts';

describe('a carrier’s answer that comes after its pull was lost', () => {
  let answers: PromiseWithResolvers<PulledTrack>[];
  let unpulled: string[];
  let table: PullTable;
  beforeEach(() => {
    answers = [];
    unpulled = [];
    table = new PullTable(portsOf());
  });

  const portsOf = () =>
    pullPortsWith({
      clock: new ManualClock(),
      log: { info: () => undefined, warn: () => undefined },
      neighbours: {
        pull: () => {
          const answer = Promise.withResolvers<PulledTrack>();
          answers.push(answer);
          return answer.promise;
        },
        reach: () => undefined,
        unpull: (nodeId: string, { trackId }: PullRequest) => void unpulled.push(`${nodeId} ${trackId}`),
      },
    });

  const answer = async (at: number): Promise<void> => {
    answers[at]?.resolve(pulledTrack);
    await nextTurn();
  };
  const losePull = async (): Promise<void> => {
    const waiting = table.begin(request).want('PA_2');
    await nextTurn();
    for (const pull of table.pullsFrom('sfu-a')) pull.end('lost', 'the other side opened a new pipe');
    await expect(waiting).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
  };

  it('makes the node unpull the track, which no pull wants any more', async () => {
    await losePull();
    await answer(0);
    expect(unpulled).toEqual(['sfu-a TR_1']);
  });

  it('does not make the node unpull a track that was pulled again, because the newer pull would stop', async () => {
    await losePull();
    const newTrack = table.begin({ ...request, epoch: 2 }).want('PA_2');
    await nextTurn();
    await answer(0);
    await answer(1);
    expect((await newTrack).epoch).toBe(2);
    expect(unpulled).toEqual([]);
  });

  it('does not make the node unpull while the newer pull still waits for its own answer', async () => {
    await losePull();
    void table.begin({ ...request, epoch: 2 }).want('PA_2');
    await nextTurn();
    await answer(0);
    expect(unpulled).toEqual([]);
    expect(answers).toHaveLength(2);
  });
});

it('a pull is expected to bring packets while it is carried, wanted, not paused and not held back', async () => {
  const paused = { there: true };
  const ports = pullPortsWith({
    clock: new ManualClock(),
    log: { info: () => undefined, warn: () => undefined },
    neighbours: { reach: () => undefined, pull: async () => pulledTrack, unpull: () => undefined },
  });
  const producer = { id: 'TR_1@sfu-b#1', layerCount: 1, temporalLayerCount: 1, close: () => undefined };
  const table = new PullTable({
    ...ports,
    onScored: () => undefined,
    pipe: async () =>
      ({
        produce: async () => Object.defineProperty(producer, 'paused', { get: () => paused.there }),
      }) as unknown as Pipe,
  });
  const pull = table.begin(request);
  const waiting = pull.want('PA_2');
  expect(table.expectedPulls()).toEqual([]);
  const track = await waiting;
  expect(table.expectedPulls()).toEqual([]);
  paused.there = false;
  expect(table.expectedPulls()).toEqual([pull]);
  pull.setHeld('link_budget');
  expect(table.expectedPulls()).toEqual([]);
  pull.setHeld('');
  track.setDemand('PA_2', { paused: true, maxSpatialLayer: 0 });
  expect([track.requestedLevel.spatialLayers, table.expectedPulls()]).toEqual([0, []]);
  track.setDemand('PA_2', { paused: false, maxSpatialLayer: 0 });
  expect(table.expectedPulls()).toEqual([pull]);
  pull.unwant('PA_2');
  expect(table.expectedPulls()).toEqual([]);
  table.close('test over');
});
