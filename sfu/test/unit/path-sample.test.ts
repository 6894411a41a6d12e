import { expect, test } from 'vitest';
import { FLOW_PER_SECOND, linkReportOf, type PathSample } from '../../src/core/index.ts';

const path: PathSample = {
  via: 'direct',
  active: true,
  rttMs: 40,
  delayChangeMs: 3,
  jitterMs: 0.5,
  lossFast: 0.02,
  lossSlow: 0.01,
  sent: 50,
  silenceMs: 0,
};

test('a direct path with a flow yields the sample that a probe would', () => {
  expect(linkReportOf('host-b', path)).toEqual({
    toHostId: 'host-b',
    rttMs: 40,
    onewayChangeMs: 3,
    jitterMs: 0.5,
    lossFast: 0.02,
    lossSlow: 0.01,
    slowProbes: 150, // as many as a probe claims: the centre forgives one of them
    silent: false,
  });
});

test.each([
  { name: 'goes by a relay', overrides: { via: '0000000c' } },
  { name: 'is the standby', overrides: { active: false } },
  { name: 'has not been timed', overrides: { rttMs: -1 } },
  { name: 'carries probes alone', overrides: { sent: FLOW_PER_SECOND - 1 } },
])('a path that $name yields no sample', ({ overrides }) => {
  expect(linkReportOf('host-b', { ...path, ...overrides })).toBeUndefined();
});

test.each([
  { name: 'a negative change of the delay counts as 0', overrides: { delayChangeMs: -2 }, says: { onewayChangeMs: 0 } },
  {
    name: 'the change of one direction is at most the round trip',
    overrides: { delayChangeMs: 70 },
    says: { onewayChangeMs: 40 },
  },
  { name: 'negative loss counts as none', overrides: { lossFast: -0.1 }, says: { lossFast: 0 } },
  { name: '200 ms without acknowledgement count as silence', overrides: { silenceMs: 200 }, says: { silent: true } },
  { name: '199 ms without acknowledgement are no silence', overrides: { silenceMs: 199 }, says: { silent: false } },
])('$name', ({ overrides, says }) => {
  expect(linkReportOf('host-b', { ...path, ...overrides })).toMatchObject(says);
});
