import { CirclePlay, LoaderCircle } from 'lucide-react';
import { useMemo, useState } from 'react';
import { timeFormat } from '../../core/time-formats.ts';
import { useAnswer } from '../../ui/use-answer.ts';
import type { AccountApi } from '../api.ts';
import type { MyOccurrence, Recording } from '../core/model.ts';
import { durationText } from '../core/words.ts';
import { useSay } from '../text.ts';
import { Trouble } from './fields.tsx';

interface RecordingsProps {
  readonly occurrence: MyOccurrence;
  readonly api: AccountApi;
  readonly timeZone: string;
}

/** Renders nothing without recordings or the right to see them. */
export function Recordings({ occurrence, api, timeZone }: RecordingsProps) {
  const { say, locale } = useSay();
  const [problem, setProblem] = useState<unknown>();
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
              <small className="faint">
                {recording.durationMs === null
                  ? say(`recordings.${recording.state}`)
                  : durationText(Math.max(1, Math.round(recording.durationMs / 60_000)), say)}
              </small>
            </span>
            {recording.state === 'finished' ? (
              <PlayButton recording={recording} api={api} onProblem={setProblem} />
            ) : null}
          </li>
        ))}
      </ul>
      {problem === undefined ? null : <Trouble title={say('recordings.failedToOpen')} error={problem} />}
    </section>
  );
}

interface PlayProps {
  readonly recording: Recording;
  readonly api: AccountApi;
  onProblem(problem: unknown): void;
}

function PlayButton({ recording, api, onProblem }: PlayProps) {
  const { say } = useSay();
  const [isOpening, setOpening] = useState(false);
  const open = async (): Promise<void> => {
    onProblem(undefined);
    setOpening(true);
    try {
      location.assign(await api.recordingUrl(recording.id));
    } catch (error) {
      onProblem(error);
    }
    setOpening(false);
  };
  return (
    <button type="button" className="button small" disabled={isOpening} onClick={() => void open()}>
      {isOpening ? (
        <LoaderCircle size={16} className="spinner" aria-hidden="true" />
      ) : (
        <CirclePlay size={16} aria-hidden="true" />
      )}
      {say('recordings.play')}
    </button>
  );
}
