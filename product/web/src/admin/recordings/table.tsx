import type { components } from '@meridian/api-client';
import type { ReactNode } from 'react';
import { RecordingOutputs } from '../../account/ui/recording-outputs.tsx';
import { RecordingStateWords } from '../../account/ui/recording-state.tsx';
import { bytesText } from '../../library/core/words.ts';
import { useTexts } from '../text.ts';
import { trafficTexts } from '../traffic/text.ts';
import { spanText, timeText } from '../traffic/when.ts';
import type { ListState } from '../ui/queries.ts';
import { type Column, ListTable } from '../ui/table.tsx';
import { recordingListTexts } from './text.ts';

export type ListedRecording = components['schemas']['ListedRecording'];

export const nameOf = ({ title, room }: ListedRecording): string => (title === '' ? room : title);

interface RecordingTableProps {
  readonly list: ListState<ListedRecording>;
  readonly timeZone: string;
  readonly empty: string;
  /** Columns of the page, before those of the recording. */
  readonly columns?: readonly Column<ListedRecording>[];
  /** Further buttons in a row. */
  readonly buttons?: (recording: ListedRecording) => ReactNode;
}

/** Recordings of a page, each with links to its items. */
export function RecordingTable({ list, timeZone, empty, columns = [], buttons }: RecordingTableProps) {
  const { say, locale } = useTexts(recordingListTexts);
  const own = useColumns(timeZone);
  const last: Column<ListedRecording> = {
    key: 'play',
    title: '',
    cell: (recording) => (
      <div className="admin-buttons">
        <RecordingOutputs
          outputs={recording.outputs}
          label={say('playOf', { name: nameOf(recording), at: timeText(recording.startedAt, { locale, timeZone }) })}
          className="quiet"
        />
        {buttons?.(recording)}
      </div>
    ),
  };
  return (
    <ListTable
      label={say('recordings')}
      list={list}
      columns={[...columns, ...own, last]}
      keyOf={({ id }) => id}
      empty={<p>{empty}</p>}
    />
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
      cell: ({ durationMs }) =>
        durationMs === null ? '—' : <span className="nowrap">{spanText(0, durationMs, traffic.say)}</span>,
    },
    { key: 'state', title: say('state'), cell: (recording) => <RecordingStateWords recording={recording} /> },
    {
      key: 'size',
      title: say('size'),
      isNumber: true,
      cell: ({ bytes }) => (bytes === null ? '—' : bytesText(bytes, locale)),
    },
  ];
}
