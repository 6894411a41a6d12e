// Decides whether sent media is answered, from readings every half second.
//
// A media node reports (by RTCP) ten times a second on media that it receives; these reports are the answers.
// - Case 1, silence: reports came in every reading for a while, then none in `unansweredReadings` readings in a row
//   in which we sent.
// - Case 2, we send little or nothing (muted, a still screen, an unwanted layer): no report is due, and its absence
//   means nothing.
// - Case 3, the page slept between two readings: its silence is not the network's.
import { flowPeriodMs, hasGrown, type ReceivedBytes } from './flow.ts';

export interface SentReading {
  readonly takenMs: number;
  readonly packets: number;
  readonly received: ReceivedBytes;
}

export interface AnswerState {
  readonly last: SentReading | undefined;
  /** Number of readings in a row with an answer. */
  readonly answered: number;
  /** Number of readings in a row in which we sent and got no answer, after steady readings with answers. */
  readonly unanswered: number;
}

const steadyReadings = 4;
const unansweredReadings = 2; // 1 to 1.5 s after the last answer
const sleepMs = 5 * flowPeriodMs;

export const initialAnswers: AnswerState = { last: undefined, answered: 0, unanswered: 0 };

export function nextAnswers({ last, answered, unanswered }: AnswerState, reading: SentReading): AnswerState {
  if (last === undefined || reading.takenMs - last.takenMs > sleepMs)
    return { last: reading, answered: 0, unanswered: 0 };
  const hasReport = hasGrown(last.received, reading.received);
  const isDue = reading.packets > last.packets && (answered >= steadyReadings || unanswered > 0);
  return {
    last: reading,
    answered: hasReport ? answered + 1 : 0,
    unanswered: isDue && !hasReport ? unanswered + 1 : 0,
  };
}

/** Returns true once per silence. */
export const becameUnanswered = ({ unanswered }: AnswerState): boolean => unanswered === unansweredReadings;
