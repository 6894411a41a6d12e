import type { components } from '@meridian/api-client';
import { CirclePlay, LoaderCircle } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { bytesText } from '../../library/core/words.ts';
import { useTexts } from '../text.ts';
import { State } from '../traffic/parts.tsx';
import { trafficTexts } from '../traffic/text.ts';
import { spanText, timeText } from '../traffic/when.ts';
import type { ListState } from '../ui/queries.ts';
import { type Column, ListTable } from '../ui/table.tsx';
import { AdminTrouble } from '../ui/trouble.tsx';
import { recordingListTexts } from './text.ts';

export type ListedRecording = components['schemas']['ListedRecording'];

interface RecordingTableProps {
  readonly list: ListState<ListedRecording>;
  readonly timeZone: string;
  readonly empty: string;
  /** Columns of the page, before those of the recording. */
  readonly columns?: readonly Column<ListedRecording>[];
  /** Further buttons in a row. */
  readonly buttons?: (recording: ListedRecording) => ReactNode;
  /** Returns the address of the page that plays the recording. */
  urlOf(recording: ListedRecording): Promise<string>;
}

/** Recordings of a page, each with a button that plays it. */
export function RecordingTable({ list, timeZone, empty, columns = [], buttons, urlOf }: RecordingTableProps) {
  const { say } = useTexts(recordingListTexts);
  const [problem, setProblem] = useState<unknown>();
  const own = useColumns(timeZone);
  const last: Column<ListedRecording> = {
    key: 'play',
    title: '',
    cell: (recording) => (
      <div className="admin-buttons">
        {recording.state === 'finished' ? (
          <PlayButton {...{ recording, timeZone, urlOf }} onProblem={setProblem} />
        ) : null}
        {buttons?.(recording)}
      </div>
    ),
  };
  return (
    <>
      {problem === undefined ? null : <AdminTrouble title={say('notOpened')} error={problem} />}
      <ListTable
        label={say('recordings')}
        list={list}
        columns={[...columns, ...own, last]}
        keyOf={({ id }) => id}
        empty={<p>{empty}</p>}
      />
    </>
  );
}

function useColumns(timeZone: string): readonly Column<ListedRecording>[] {
  const { say, locale } = useTexts(recordingListTexts);
  const traffic = useTexts(trafficTexts);
  return [
    {
      key: 'began',
      title: say('began'),
      cell: ({ startedAt }) => <span className="nowrap">{timeText(startedAt, { locale, timeZone })}</span>,
    },
    {
      key: 'lasted',
      title: say('lasted'),
      cell: ({ durationMs, state }) => (
        <div className="admin-two">
          {durationMs === null ? null : <span className="nowrap">{spanText(0, durationMs, traffic.say)}</span>}
          {state === 'finished' ? null : (
            <State tone={state === 'failed' ? 'bad' : 'quiet'}>{say(`state.${state}`)}</State>
          )}
        </div>
      ),
    },
    {
      key: 'size',
      title: say('size'),
      isNumber: true,
      cell: ({ bytes }) => (bytes === null ? '—' : bytesText(bytes, locale)),
    },
  ];
}

interface PlayProps {
  readonly timeZone: string;
  readonly recording: ListedRecording;
  urlOf(recording: ListedRecording): Promise<string>;
  onProblem(problem: unknown): void;
}

function PlayButton({ recording, timeZone, urlOf, onProblem }: PlayProps) {
  const { say, locale } = useTexts(recordingListTexts);
  const [isOpening, setOpening] = useState(false);
  const open = async (): Promise<void> => {
    onProblem(undefined);
    setOpening(true);
    try {
      location.assign(await urlOf(recording));
    } catch (error) {
      onProblem(error);
    }
    setOpening(false);
  };
  const name = recording.title === '' ? recording.room : recording.title;
  return (
    <button
      type="button"
      className="button small quiet"
      disabled={isOpening}
      data-testid="play"
      aria-label={say('playOf', { name, at: timeText(recording.startedAt, { locale, timeZone }) })}
      onClick={() => void open()}
    >
      {isOpening ? (
        <LoaderCircle size={16} className="spinner" aria-hidden="true" />
      ) : (
        <CirclePlay size={16} aria-hidden="true" />
      )}
      {say('play')}
    </button>
  );
}
