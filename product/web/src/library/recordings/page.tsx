// Recordings that the user may see, or those of the whole organisation.
import { RotateCw, Video } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { Field, Select } from '../../account/ui/fields.tsx';
import type { AdminPorts } from '../../admin/ports.ts';
import { useTexts } from '../../admin/text.ts';
import { Stale } from '../../admin/traffic/parts.tsx';
import { type ListState, useList } from '../../admin/ui/queries.ts';
import type { LibraryApi } from '../api.ts';
import type { ListedRecording } from '../core/model.ts';
import { refreshMs } from '../core/recordings.ts';
import { maySeeAllRecordings } from '../core/rights.ts';
import { noRecordingFilters, type RecordingFilters, recordingFiltersOf, recordingSearchOf } from '../core/view.ts';
import { RecordingsApi } from '../recordings-api.ts';
import { Loading, SearchField } from '../ui/list.tsx';
import { Trouble } from '../ui/trouble.tsx';
import type { Trashed } from '../ui/undo-note.tsx';
import { useWords } from '../ui/use-words.ts';
import { RecordingRow } from './row.tsx';
import { recordingsTexts } from './text.ts';

interface RecordingsPageProps {
  api: LibraryApi;
  ports: AdminPorts;
  onTrashed(trashed: Trashed): void;
}

export function RecordingsPage({ api, ports, onTrashed }: RecordingsPageProps) {
  const { say } = useTexts(recordingsTexts);
  const mayAll = maySeeAllRecordings(ports.me);
  const recordingsApi = useMemo(() => new RecordingsApi(ports), [ports]);
  const [inAddress, setFilters] = useFilters();
  const filters = { ...inAddress, isEveryone: inAddress.isEveryone && mayAll };
  const list = useList(['recordings', filters], (cursor) => recordingsApi.list(filters, cursor), {
    everyMs: (rows = []) => refreshMs(rows),
    isSteady: true,
  });
  const trash = async (recording: ListedRecording, title: string): Promise<void> => {
    await recordingsApi.trash(recording.id, filters.isEveryone);
    onTrashed({ title, restore: () => recordingsApi.restore(recording.id, filters.isEveryone) });
    list.reload();
  };
  return (
    <>
      <div className="recording-filters grid gap-3">
        <SearchField text={filters.text} label={say('search')} onText={(text) => setFilters({ ...inAddress, text })} />
        <Field
          className="inline"
          type="date"
          label={say('from')}
          value={filters.from}
          {...(filters.to !== '' && { max: filters.to })}
          onText={(from) => setFilters({ ...inAddress, from })}
        />
        <Field
          className="inline"
          type="date"
          label={say('to')}
          value={filters.to}
          {...(filters.from !== '' && { min: filters.from })}
          onText={(to) => setFilters({ ...inAddress, to })}
        />
        {mayAll ? (
          <Select
            aria-label={say('whose')}
            data-testid="whose"
            value={filters.isEveryone ? 'everyone' : 'mine'}
            options={[
              ['mine', say('mine')],
              ['everyone', say('everyone')],
            ]}
            onChoose={(whose) => setFilters({ ...inAddress, isEveryone: whose === 'everyone' })}
          />
        ) : null}
      </div>
      <Rows {...{ list, filters, api, ports }} onClear={() => setFilters(noRecordingFilters)} onTrash={trash} />
    </>
  );
}

function useFilters(): [RecordingFilters, (filters: RecordingFilters) => void] {
  const [filters, setFilters] = useState(() => recordingFiltersOf(location.search));
  const change = useCallback((wanted: RecordingFilters): void => {
    history.replaceState(null, '', location.pathname + recordingSearchOf(wanted, location.search) + location.hash);
    setFilters(wanted);
  }, []);
  return [filters, change];
}

interface RowsProps extends Omit<RecordingsPageProps, 'onTrashed'> {
  list: ListState<ListedRecording>;
  filters: RecordingFilters;
  onClear(): void;
  onTrash(recording: ListedRecording, title: string): Promise<void>;
}

function Rows({ list, filters, api, ports, onClear, onTrash }: RowsProps) {
  const { say } = useTexts(recordingsTexts);
  const { say: sayOfLibrary } = useWords();
  if (list.problem !== undefined)
    return (
      <Trouble title={say('failed')} error={list.problem}>
        <button type="button" className="button small" onClick={list.reload}>
          <RotateCw size={16} aria-hidden="true" />
          {sayOfLibrary('retry')}
        </button>
      </Trouble>
    );
  if (list.rows === undefined) return <Loading />;
  const { text, from, to } = filters;
  if (list.rows.length === 0) return <Empty isSearch={text + from + to !== ''} onClear={onClear} />;
  return (
    <>
      {list.isStale ? <Stale /> : null}
      <ul className="library-list recording-list" aria-label={say('list')} data-testid="recording-list">
        {list.rows.map((recording) => (
          <RecordingRow
            key={recording.id}
            {...{ recording, api }}
            timeZone={ports.timeZone}
            onChanged={list.reload}
            onTrash={onTrash}
          />
        ))}
      </ul>
      {list.hasMore ? (
        <button type="button" className="button quiet list-more" onClick={list.loadMore}>
          {sayOfLibrary('more')}
        </button>
      ) : null}
    </>
  );
}

function Empty({ isSearch, onClear }: { isSearch: boolean; onClear(): void }) {
  const { say } = useTexts(recordingsTexts);
  return (
    <div className="list-empty" role="status" data-testid="recordings-empty">
      <span className="notice-mark">
        <Video size={30} aria-hidden="true" />
      </span>
      <h2>{say(isSearch ? 'emptyFound' : 'empty')}</h2>
      {isSearch ? (
        <button type="button" className="button quiet" onClick={onClear}>
          {say('clear')}
        </button>
      ) : (
        <p className="faint">{say('emptyText')}</p>
      )}
    </div>
  );
}
