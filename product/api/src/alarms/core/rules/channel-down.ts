import type { AlarmRule } from '../rule.ts';

export const channelDown: AlarmRule = {
  id: 'channel-down',
  source: 'distribution',
  severity: 'warning',
  reason: 'A channel of notices does not answer: others carry its notices, if there are others.',
  limit: 0,
  unit: '',
  limitSource: 'A Redis restarts within seconds; receivers have moved to another channel by then.',
  forMs: 60_000,
  clearForMs: 60_000,
  judge: ({ channels }) =>
    channels?.map(({ name, isUp }) => ({
      subject: name,
      value: isUp ? 0 : 1,
      isBad: !isUp,
      labels: { channel: name },
      text: isUp ? `The channel ${name} answers.` : `The channel ${name} of notices does not answer.`,
    })),
};
