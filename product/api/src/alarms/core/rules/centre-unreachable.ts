import type { AlarmRule } from '../rule.ts';

export const centreUnreachable: AlarmRule = {
  id: 'centre-unreachable',
  source: 'own',
  severity: 'critical',
  reason: 'No centre answers the api: new rooms are provisional, and nothing that the centre knows is judged.',
  limit: 0,
  unit: '',
  limitSource: 'A standby leads within 5 s, or a lone centre restarts from its copy (ARCHITECTURE.md).',
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
