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
  readonly lastReading: SentReading | undefined;
  /** Number of readings in a row with an answer. */
  readonly answeredCount: number;
  /** Number of readings in a row in which we sent and got no answer, after steady readings with answers. */
  readonly unansweredCount: number;
}

const steadyReadings = 4;
const unansweredReadings = 2; // 1 to 1.5 s after the last answer
const sleepMs = 5 * flowPeriodMs;

export const initialAnswers: AnswerState = { lastReading: undefined, answeredCount: 0, unansweredCount: 0 };

export function nextAnswers(
  { lastReading, answeredCount, unansweredCount }: AnswerState,
  reading: SentReading,
): AnswerState {
  if (lastReading === undefined || reading.takenMs - lastReading.takenMs > sleepMs)
    return { lastReading: reading, answeredCount: 0, unansweredCount: 0 };
  const hasReport = hasGrown(lastReading.received, reading.received);
  const isDue = reading.packets > lastReading.packets && (answeredCount >= steadyReadings || unansweredCount > 0);
  return {
    lastReading: reading,
    answeredCount: hasReport ? answeredCount + 1 : 0,
    unansweredCount: isDue && !hasReport ? unansweredCount + 1 : 0,
  };
}

/** Returns true once per silence. */
export const becameUnanswered = ({ unansweredCount }: AnswerState): boolean => unansweredCount === unansweredReadings;
