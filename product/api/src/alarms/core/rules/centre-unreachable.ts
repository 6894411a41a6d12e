import type { AlarmRule } from '../rule.ts';

export const centreUnreachable: AlarmRule = {
  id: 'centre-unreachable',
  source: 'own',
  severity: 'critical',
  reason:
    'No centre answers the api: new rooms are provisional, and rules that need the centre’s facts are not judged.',
  limit: 0,
  unit: '',
  limitSource: 'A standby centre takes over within 5 s, and a lone centre restarts from its copy (ARCHITECTURE.md).',
  forMs: 15_000,
  clearForMs: 15_000,
  judge: ({ isCentreReachable }) => [
    {
      subject: 'centre',
      value: isCentreReachable ? 0 : 1,
      isBad: !isCentreReachable,
      labels: {},
      text: isCentreReachable ? 'The centre answers.' : 'No centre answers.',
    },
  ],
};
