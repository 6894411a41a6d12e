import type { Tone } from '../../traffic/tone.ts';
import type { Pull, Push, Streams } from '../api.ts';

const tones: Readonly<Record<Push['state'], Tone>> = {
  live: 'good',
  connecting: 'quiet',
  waiting: 'warn',
  unknown: 'quiet',
};
export const streamTone = ({ state }: Pick<Push | Pull, 'state'>): Tone => tones[state];

/** Returns the outputs that have viewers. Pushes to other servers are not among them: they have their own list. */
export const viewersOf = ({ live }: Pick<Streams, 'live'>) =>
  live.outputs.filter(({ protocol, viewers }) => protocol !== 'push' && viewers > 0);

export const isEmpty = (streams: Streams): boolean =>
  streams.live.publishers.length + viewersOf(streams).length + streams.pushes.length + streams.pulls.length === 0;
