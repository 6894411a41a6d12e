import { ChartColumn, Trash2, Undo2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { SearchField } from '../../account/ui/search-field.tsx';
import { refreshMs } from '../../library/core/recordings.ts';
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

type Act = 'trash' | 'restore' | 'delete';
interface Asked {
  readonly act: Act;
  readonly recording: ListedRecording;
}

const views = ['kept', 'trash'] as const;

export function RecordingsPage({ ports }: { ports: AdminPorts }) {
  const { say } = useTexts(recordingListTexts);
  const { timeZone } = ports;
  const api = useMemo(() => new RecordingsApi(ports), [ports]);
  const [search, setSearch] = useState('');
  const [view, setView] = useState<(typeof views)[number]>('kept');
  const isTrashed = view === 'trash';
  const list = useList(['recordings', search, view], (cursor) => api.list({ search, isTrashed }, cursor), {
    isSteady: true,
    everyMs: (rows = []) => refreshMs(rows),
  });
  const title = useTitle();
  const [asked, setAsked] = useState<Asked>();
  const mayDelete = ports.me.scopes.includes('recordings:write');
  return (
    <>
      <PageTitle title={say('recordings')} lead={say(isTrashed ? 'trashLead' : 'lead')} />
      <fieldset className="recording-views flex gap-2" aria-label={say('recordings')}>
        {views.map((one) => (
          <button
            key={one}
            type="button"
            className={one === view ? 'button small primary' : 'button small quiet'}
            aria-pressed={one === view}
            data-testid={`recordings-${one}`}
            onClick={() => setView(one)}
          >
            {say(`view.${one}`)}
          </button>
        ))}
      </fieldset>
      <SearchField label={say('search')} onQuery={setSearch} />
      <RecordingTable
        {...{ list, timeZone }}
        columns={[title]}
        empty={say(search !== '' ? 'emptyFound' : isTrashed ? 'emptyTrash' : 'empty')}
        buttons={(recording) => (
          <RowButtons {...{ recording, timeZone, mayDelete }} onAct={(act) => setAsked({ act, recording })} />
        )}
      />
      {asked === undefined ? null : (
        <AskDialog
          title={say(`${asked.act}Title`)}
          button={say(asked.act)}
          isDangerous={asked.act === 'delete'}
          failed={say(`${asked.act}Failed`)}
          act={async () => {
            await api[asked.act](asked.recording);
            list.reload();
          }}
          onClose={() => setAsked(undefined)}
        >
          <p className="admin-question">{say(`${asked.act}Text`, { name: nameOf(asked.recording) })}</p>
        </AskDialog>
      )}
    </>
  );
}

function useTitle(): Column<ListedRecording> {
  const { say } = useTexts(recordingListTexts);
  return {
    key: 'title',
    title: say('title'),
    cell: (recording) => (
      <div className="admin-two">
        <span>{nameOf(recording)}</span>
        {recording.title === '' ? null : <span className="faint small">{recording.room}</span>}
        {recording.byName === null ? null : (
          <span className="faint small">{say('by', { name: recording.byName })}</span>
        )}
      </div>
    ),
  };
}

interface RowButtonsProps {
  recording: ListedRecording;
  timeZone: string;
  mayDelete: boolean;
  onAct(act: Act): void;
}

function RowButtons({ recording, timeZone, mayDelete, onAct }: RowButtonsProps) {
  const { say, locale } = useTexts(recordingListTexts);
  const values = { name: nameOf(recording), at: timeText(recording.startedAt, { locale, timeZone }) };
  const acts: readonly Act[] = recording.trashedAt === null ? ['trash'] : ['restore', 'delete'];
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
      {(mayDelete && recording.state !== 'running' ? acts : []).map((act) => {
        const Icon = act === 'restore' ? Undo2 : Trash2;
        return (
          <button
            key={act}
            type="button"
            className="icon-button bare"
            aria-label={say(`${act}Of`, values)}
            title={say(act)}
            data-testid={`recording-${act}`}
            onClick={() => onAct(act)}
          >
            <Icon size={16} aria-hidden="true" />
          </button>
        );
      })}
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
