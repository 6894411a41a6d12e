import type { Tone } from '../../traffic/tone.ts';
import type { Pull, Push, Streams } from '../api.ts';

const tones: Readonly<Record<Push['state'], Tone>> = {
  live: 'good',
  connecting: 'quiet',
  waiting: 'warn',
  unknown: 'quiet',
};
export const streamTone = ({ state }: Pick<Push | Pull, 'state'>): Tone => tones[state];

/** Returns the outputs to viewers, without pushes to other servers, which have a list of their own. */
export const viewersOf = ({ live }: Pick<Streams, 'live'>) =>
  live.outputs.filter(({ protocol, viewers }) => protocol !== 'push' && viewers > 0);

export const isEmpty = (streams: Streams): boolean =>
  streams.live.publishers.length + viewersOf(streams).length + streams.pushes.length + streams.pulls.length === 0;
