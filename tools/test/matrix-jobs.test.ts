import { expect, test } from 'vitest';
import { jobsOf, transcodedBetween } from '../lab/matrix/use.ts';

test('jobs are read from what a gateway shows', () => {
  const name = 'meridian_gateway_transcoders_started_total';
  const text = [
    `# HELP ${name} ffmpeg processes, by what they make of what.`,
    `# TYPE ${name} counter`,
    `${name}{job="aac to opus"} 3`,
    `${name}{node="gw-fra",job="mix to aac"} 1`,
    'meridian_gateway_transcoders_running 2',
  ].join('\n');
  expect(jobsOf(text)).toEqual([
    ['aac to opus', 3],
    ['mix to aac', 1],
  ]);
  expect(jobsOf('')).toEqual([]);
});

test('only what was started meanwhile counts', () => {
  const before = new Map([
    ['aac to opus', 3],
    ['mix to aac', 1],
  ]);
  const after = new Map([...before, ['mix to aac', 2], ['h264 to mpeg1', 1]] as const);
  expect(transcodedBetween(before, after)).toEqual(['h264 to mpeg1', 'opus to aac']);
  expect(transcodedBetween(after, after)).toEqual([]);
});
