// Rules for dial tests: test clients that join calls in every region, receive media of other regions, stream and book.
import {
  type Blame,
  blame,
  causeOf,
  FAILED_IN_ROW,
  pairText,
  regionText,
  streamText,
} from '../../../dial/core/blame.ts';
import { silentFromMs } from '../../../dial/core/tally.ts';
import type { AlarmRule, JudgedSubject } from '../rule.ts';

/** Two rounds show a fault after at most 40 s, and a failing region must be named within 60 s. */
const AT_ONCE_MS = 0;
/**
 * Rounds of different regions come within 20 s; if other regions fail too, the region is named instead of each pair.
 */
const OTHERS_MS = 25_000;
const CLEAR_FOR_MS = 60_000;
const IN_ROW = 'A single failure may be a lost packet; two in a row, 20 s apart, hardly are.';

const ofDial = { source: 'dial', clearForMs: CLEAR_FOR_MS } as const;
const ofRounds = { ...ofDial, limit: FAILED_IN_ROW, unit: 'rounds', limitSource: IN_ROW } as const;

export const dialRegion: AlarmRule = {
  ...ofRounds,
  id: 'dial-region',
  severity: 'critical',
  reason: 'Test clients cannot join calls in a region, or its media does not reach several other regions.',
  forMs: AT_ONCE_MS,
  judge: ({ dialled }, limit) => {
    if (dialled === undefined) return undefined;
    const blamedByRegion = Map.groupBy(blame(dialled, limit).regions, ({ region }) => region);
    return dialled.map(({ region, call }) => {
      const [first, ...more] = blamedByRegion.get(region) ?? [];
      const value = first?.tally.failedInRow ?? call.failedInRow;
      const stage = first?.stage ?? call.stage;
      const labels = { region, ...(stage !== undefined && { stage }) };
      if (first === undefined)
        return { subject: region, value, isBad: false, labels, text: `Calls in ${region} succeed.` };
      return { subject: region, value, isBad: true, labels, text: [first, ...more].map(regionText).join(' ') };
    });
  },
};

export const dialPair: AlarmRule = {
  ...ofRounds,
  id: 'dial-pair',
  severity: 'critical',
  reason: 'Media of one region does not reach another, while calls in both succeed.',
  forMs: OTHERS_MS,
  judge: ({ dialled }, limit) => {
    if (dialled === undefined) return undefined;
    const worst = new Map<string, JudgedSubject>();
    for (const pair of blame(dialled, limit).pairs) {
      const [region = '', otherRegion = ''] = [pair.from, pair.to].sort();
      const subject = `${region} - ${otherRegion}`;
      const value = pair.tally.failedInRow;
      if ((worst.get(subject)?.value ?? 0) >= value) continue;
      const labels = { region, otherRegion, stage: pair.stage };
      worst.set(subject, { subject, value, isBad: true, labels, text: pairText(pair) });
    }
    return [...worst.values()];
  },
};

export const dialStream: AlarmRule = {
  ...ofRounds,
  id: 'dial-stream',
  severity: 'warning',
  reason: 'A stream sent into a region by RTMP does not arrive, or cannot be watched by HLS.',
  forMs: 5_000,
  judge: ({ dialled }, limit) => {
    if (dialled === undefined) return undefined;
    const named = Map.groupBy(blame(dialled, limit).streams, ({ region }) => region);
    return [...named].map(([region, found]) => ({
      subject: region,
      value: Math.max(...found.map(({ tally }) => tally.failedInRow)),
      isBad: true,
      labels: { region, stage: found[0]?.stage ?? 'ingest' },
      text: found.map(streamText).join(' '),
    }));
  },
};

export const dialBooking: AlarmRule = {
  ...ofRounds,
  id: 'dial-booking',
  severity: 'critical',
  reason: 'Meetings cannot be booked, read and cancelled by REST: from any region (the api is at fault), or from one.',
  forMs: 5_000,
  judge: ({ dialled }, limit) => {
    if (dialled === undefined) return undefined;
    const { bookings } = blame(dialled, limit);
    const judgedBooking = (subject: string, region: string): JudgedSubject => {
      const booking = dialled.find((one) => one.region === region)?.booking;
      const placeText = subject === region ? `from ${region}` : 'from every region';
      const cause = booking === undefined ? '' : `: ${causeOf(booking)}`;
      const labels = subject === region ? { region, stage: 'api' } : { stage: 'api' };
      return {
        subject,
        value: booking?.failedInRow ?? 0,
        isBad: true,
        labels,
        text: `Booking a meeting fails ${placeText}${cause}.`,
      };
    };
    return allOrEach(bookings).map(([subject, region]) => judgedBooking(subject, region));
  },
};

const allOrEach = ({ regions, isAll }: Blame['bookings']): (readonly [subject: string, region: string])[] => {
  const [first] = regions;
  return isAll && first !== undefined ? [['api', first]] : regions.map((region) => [region, region]);
};

export const dialSilent: AlarmRule = {
  ...ofDial,
  id: 'dial-silent',
  severity: 'warning',
  reason: 'The dial tester of a region has not reported, so the state of calls there is unknown.',
  limit: 60,
  unit: 's',
  limitSource: 'Three rounds of 20 s; for slower testers, three of their rounds.',
  // After a pause of the api, every tester seems late until its next round.
  forMs: 25_000,
  judge: ({ dialled }, limit) =>
    dialled?.map(({ region, silentMs, everyMs, probe, host }) => {
      const value = Math.round(silentMs / 1000);
      const isBad = silentMs >= silentFromMs(everyMs, limit * 1000);
      const labels = { region, node: probe, host };
      const text = isBad
        ? `The dial tester of ${region} (${probe}) has not reported for ${value} s.`
        : `The dial tester of ${region} reports.`;
      return { subject: region, value, isBad, labels, text };
    }),
};
