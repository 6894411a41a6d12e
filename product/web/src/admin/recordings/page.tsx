import { ChartColumn, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { SearchField } from '../../account/ui/search-field.tsx';
import { adminPath } from '../core/route.ts';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { Part } from '../traffic/parts.tsx';
import { timeText } from '../traffic/when.ts';
import { AskDialog } from '../ui/ask-dialog.tsx';
import { useList } from '../ui/queries.ts';
import { PageTitle } from '../ui/shell.tsx';
import type { Column } from '../ui/table.tsx';
import { RecordingsApi } from './api.ts';
import { type ListedRecording, nameOf, RecordingTable } from './table.tsx';
import { recordingListTexts } from './text.ts';

export function RecordingsPage({ ports }: { ports: AdminPorts }) {
  const { say, locale } = useTexts(recordingListTexts);
  const { timeZone } = ports;
  const api = useMemo(() => new RecordingsApi(ports), [ports]);
  const [search, setSearch] = useState('');
  const list = useList(['recordings', search], (cursor) => api.list({ search }, cursor), { isSteady: true });
  const [deleted, setDeleted] = useState<ListedRecording>();
  const mayDelete = ports.me.scopes.includes('recordings:write');
  const title: Column<ListedRecording> = {
    key: 'title',
    title: say('title'),
    cell: (recording) => (
      <div className="admin-two">
        <span>{nameOf(recording)}</span>
        {recording.title === '' ? null : <span className="faint small">{recording.room}</span>}
      </div>
    ),
  };
  return (
    <>
      <PageTitle title={say('recordings')} lead={say('lead')} />
      <SearchField label={say('search')} onQuery={setSearch} />
      <RecordingTable
        {...{ list, timeZone }}
        columns={[title]}
        empty={say(search === '' ? 'empty' : 'emptyFound')}
        buttons={(recording) => {
          const values = { name: nameOf(recording), at: timeText(recording.startedAt, { locale, timeZone }) };
          return (
            <>
              <a
                className="button small quiet"
                href={adminPath({ section: 'reports', id: recording.sid })}
                aria-label={say('reportOf', values)}
              >
                <ChartColumn size={16} aria-hidden="true" />
                {say('report')}
              </a>
              {mayDelete && recording.state !== 'running' ? (
                <button
                  type="button"
                  className="icon-button bare"
                  aria-label={say('deleteOf', values)}
                  title={say('delete')}
                  onClick={() => setDeleted(recording)}
                >
                  <Trash2 size={16} aria-hidden="true" />
                </button>
              ) : null}
            </>
          );
        }}
      />
      {deleted === undefined ? null : (
        <AskDialog
          title={say('deleteTitle')}
          button={say('delete')}
          isDangerous
          failed={say('deleteFailed')}
          act={async () => {
            await api.delete(deleted);
            list.reload();
          }}
          onClose={() => setDeleted(undefined)}
        >
          <p className="admin-question">{say('deleteText', { name: nameOf(deleted) })}</p>
        </AskDialog>
      )}
    </>
  );
}

/** Recordings of one life of a room, in its report. */
export function RecordingsOfLife({ ports, sid }: { ports: AdminPorts; sid: string }) {
  const { say } = useTexts(recordingListTexts);
  const api = useMemo(() => new RecordingsApi(ports), [ports]);
  const list = useList(['recordings of', sid], (cursor) => api.list({ sid }, cursor));
  return (
    <Part title={say('recordings')}>
      <RecordingTable {...{ list }} timeZone={ports.timeZone} empty={say('emptyOfRoom')} />
    </Part>
  );
}
