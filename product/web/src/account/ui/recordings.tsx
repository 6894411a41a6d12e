import { useMemo } from 'react';
import { timeFormat } from '../../core/time-formats.ts';
import { useAnswer } from '../../ui/use-answer.ts';
import type { AccountApi } from '../api.ts';
import type { MyOccurrence } from '../core/model.ts';
import { durationText } from '../core/words.ts';
import { useSay } from '../text.ts';
import { RecordingOutputs } from './recording-outputs.tsx';
import { RecordingStateWords } from './recording-state.tsx';

interface RecordingsProps {
  readonly occurrence: MyOccurrence;
  readonly api: AccountApi;
  readonly timeZone: string;
}

/** Renders nothing without recordings or the right to see them. */
export function Recordings({ occurrence, api, timeZone }: RecordingsProps) {
  const { say, locale } = useSay();
  const { meetingId, mayChange } = occurrence;
  const fetchRecordings = useMemo(
    () => (mayChange ? () => api.recordings(meetingId) : undefined),
    [api, meetingId, mayChange],
  );
  const { value: recordings = [] } = useAnswer(fetchRecordings);
  if (recordings.length === 0) return null;
  const time = timeFormat('dateTime', { locale, timeZone });
  return (
    <section className="recordings" data-testid="recordings">
      <h3>{say('recordings.title')}</h3>
      <ul>
        {recordings.map((recording) => (
          <li key={recording.id}>
            <span className="recordings-when grid flex-1">
              {time(Date.parse(recording.startedAt))}
              {recording.durationMs === null ? null : (
                <small className="faint">
                  {durationText(Math.max(1, Math.round(recording.durationMs / 60_000)), say)}
                </small>
              )}
              <RecordingStateWords recording={recording} />
            </span>
            <RecordingOutputs
              outputs={recording.outputs}
              label={say('recordings.playOf', { at: time(Date.parse(recording.startedAt)) })}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
