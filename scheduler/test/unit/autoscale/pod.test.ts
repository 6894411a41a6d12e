import { expect, test } from 'vitest';
import { type Pod, REVISION_LABEL, stateOfPod, versionOf } from '../../../src/adapters/kubernetes/pod.ts';

const at = (second: number): string => `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;
const running = (startedAt: string | null) => ({ state: { running: { startedAt } } });
const waiting = (reason: string) => ({ state: { waiting: { reason } } });
const ready = (status: string, lastTransitionTime: string | null) => [{ type: 'Ready', status, lastTransitionTime }];
const pod = (status: Pod['status'], metadata: Partial<Pod['metadata']> = {}): Pod => ({
  metadata: Object.assign({ name: 'sfu-0', uid: 'u' }, metadata),
  status,
});
const revised = (revision: string, metadata: Partial<Pod['metadata']> = {}): Pod =>
  pod({}, Object.assign({ labels: { [REVISION_LABEL]: revision } }, metadata));

test.each<{ name: string; pod: Pod | undefined; want: string }>([
  { name: 'that does not exist yet', pod: undefined, want: 'starting' },
  { name: 'without a status', pod: pod({}), want: 'starting' },
  { name: 'not scheduled yet', pod: pod({ phase: 'Pending', conditions: ready('False', at(1)) }), want: 'starting' },
  {
    name: 'whose image cannot be pulled',
    pod: pod({ phase: 'Pending', containerStatuses: [waiting('ImagePullBackOff')] }),
    want: 'starting',
  },
  {
    name: 'that runs and was never ready',
    pod: pod({ phase: 'Running', conditions: ready('False', at(1)), containerStatuses: [running(at(2))] }),
    want: 'starting',
  },
  {
    name: 'with invalid times',
    pod: pod({ phase: 'Running', conditions: ready('False', null), containerStatuses: [running(null)] }),
    want: 'starting',
  },
  {
    name: 'without containers',
    pod: pod({ phase: 'Running', conditions: ready('False', at(9)), containerStatuses: [] }),
    want: 'starting',
  },
  {
    name: 'that is ready',
    pod: pod({ phase: 'Running', conditions: ready('True', at(3)), containerStatuses: [running(at(2))] }),
    want: 'running',
  },
  {
    name: 'that was ready, and may carry calls',
    pod: pod({ phase: 'Running', conditions: ready('False', at(3)), containerStatuses: [running(at(2))] }),
    want: 'running',
  },
  {
    name: 'that was ready before its container began anew',
    pod: pod({ phase: 'Running', conditions: ready('False', at(3)), containerStatuses: [running(at(4))] }),
    want: 'starting',
  },
  {
    name: 'whose container dies again and again',
    pod: pod({ phase: 'Running', conditions: ready('False', at(3)), containerStatuses: [waiting('CrashLoopBackOff')] }),
    want: 'failed',
  },
  { name: 'that was evicted', pod: pod({ phase: 'Failed' }), want: 'failed' },
  {
    name: 'that is ending and will be made anew',
    pod: pod(
      { phase: 'Running', conditions: ready('True', at(3)), containerStatuses: [running(at(2))] },
      { deletionTimestamp: at(9) },
    ),
    want: 'starting',
  },
])('the machine of a pod $name is $want', ({ pod: given, want }) => {
  expect(stateOfPod(given)).toBe(want);
});

test.each<{ name: string; pod: Pod | undefined; wanted: string | undefined; isOutdated: boolean }>([
  { name: 'of another template', pod: revised('r1'), wanted: 'r2', isOutdated: true },
  { name: 'of the wanted template', pod: revised('r2'), wanted: 'r2', isOutdated: false },
  { name: 'that is already ending', pod: revised('r1', { deletionTimestamp: at(9) }), wanted: 'r2', isOutdated: false },
  { name: 'that does not exist', pod: undefined, wanted: 'r2', isOutdated: false },
  { name: 'that does not name its template', pod: pod({}), wanted: 'r2', isOutdated: false },
  { name: 'of a set that does not name its template', pod: revised('r1'), wanted: undefined, isOutdated: false },
])('a pod $name is outdated: $isOutdated', ({ pod: given, wanted, isOutdated }) => {
  expect(versionOf(given, wanted)).toEqual(isOutdated ? { isOutdated: true, wantedVersion: wanted } : {});
});
