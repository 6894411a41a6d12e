import { setImmediate as nextTurn } from 'node:timers/promises';
import { limits, MeridianError } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { PullTable } from '../../src/media/pulls.ts';
import { pulledTrack, pullPortsWith, request } from './kit/pull-ports.ts';

const fields = { roomKey: 't/r', trackId: 'TR_1', fromNodeId: 'sfu-a', toNodeId: 'sfu-b' };

function setUp(answers: boolean) {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line));
  const clock = new ManualClock();
  const ports = pullPortsWith({
    clock,
    log: createLogger({ name: 'test', level: 'info', destination: { write } }),
    neighbours: {
      pull: async () => {
        if (!answers) throw new MeridianError('TRACK_UNKNOWN');
        return pulledTrack;
      },
      reach: () => undefined,
      unpull: () => undefined,
    },
  });
  const infos = () => lines.filter(({ level }) => level === 'info').map(({ msg, ...rest }) => ({ msg, ...rest }));
  return { table: new PullTable(ports), clock, infos };
}

it('a pull logs one line when it begins, whoever wants it, and one when it is released', async () => {
  const { table, clock, infos } = setUp(true);
  const pull = table.begin(request);
  await Promise.all([pull.want('PA_2'), table.begin(request).want('PA_3')]);
  expect(infos()).toEqual([expect.objectContaining({ msg: 'pull begun', ...fields })]);
  pull.unwant('PA_2');
  pull.unwant('PA_3');
  clock.advance(limits.pullLingerMs);
  await nextTurn();
  expect(infos().slice(1)).toEqual([expect.objectContaining({ msg: 'pull let go', ...fields, reason: 'unwatched' })]);
});

it('a pull that the carrier refuses is released with the reason', async () => {
  const { table, infos } = setUp(false);
  await expect(table.begin(request).want('PA_2')).rejects.toMatchObject({ code: 'TRACK_UNKNOWN' });
  expect(infos().map(({ msg }) => msg)).toEqual(['pull begun', 'pull let go']);
  expect(infos()[1]).toMatchObject({ ...fields, reason: 'There is no such track.' });
});
