import type { AlarmRule } from '../rule.ts';

export const recorderQueue: AlarmRule = {
  id: 'recorder-queue',
  source: 'centre',
  severity: 'warning',
  reason: 'A recording waits for a recorder, because there are too few free slots.',
  limit: 30,
  unit: 's',
  limitSource: 'With free slots, a recording begins within seconds; what happens before is not recorded.',
  forMs: 0,
  clearForMs: 30_000,
  judge: ({ cloud }, limit) => {
    if (cloud?.recordingQueue === undefined) return undefined;
    const { waiting, oldestMs } = cloud.recordingQueue;
    const value = waiting === 0 ? 0 : Math.round(oldestMs / 1000);
    const recordings = waiting === 1 ? 'recording waits' : 'recordings wait';
    const text = `${waiting} ${recordings} for a recorder, the oldest for ${value} s.`;
    return [{ subject: 'recorders', value, isBad: value >= limit, labels: {}, text }];
  },
};
