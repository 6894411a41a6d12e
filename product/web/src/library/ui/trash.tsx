// The trash: recordings and files that can be restored, or deleted for good.
import { useQueryClient } from '@tanstack/react-query';
import { RotateCw, Trash2, Undo2 } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import type { AdminPorts } from '../../admin/ports.ts';
import { AskDialog } from '../../admin/ui/ask-dialog.tsx';
import { type ListState, useList } from '../../admin/ui/queries.ts';
import type { LibraryApi } from '../api.ts';
import type { Item, ListedRecording } from '../core/model.ts';
import { daysLeft, titleOf } from '../core/recordings.ts';
import { maySeeAllRecordings } from '../core/rights.ts';
import { noFilters } from '../core/view.ts';
import { RecordingItem } from '../recordings/row.tsx';
import { RecordingsApi } from '../recordings-api.ts';
import { ItemLine, Loading } from './list.tsx';
import { Trouble } from './trouble.tsx';
import { useWords } from './use-words.ts';

interface TrashPageProps {
  api: LibraryApi;
  ports: AdminPorts;
}

export function TrashPage({ api, ports }: TrashPageProps) {
  const { say } = useWords();
  const { me } = ports;
  const isEveryone = maySeeAllRecordings(me) && me.scopes.includes('recordings:write');
  const recordingsApi = useMemo(() => new RecordingsApi(ports), [ports]);
  const recordings = useList(['trashed recordings', isEveryone], (cursor) => recordingsApi.trashed(isEveryone, cursor));
  const items = useList(['trashed items'], (cursor) => api.list(noFilters, 'trash', me.id, cursor));
  const problem = recordings.problem ?? items.problem;
  if (problem !== undefined)
    return (
      <Trouble title={say('listFailed')} error={problem}>
        <button
          type="button"
          className="button small"
          onClick={() => {
            recordings.reload();
            items.reload();
          }}
        >
          <RotateCw size={16} aria-hidden="true" />
          {say('retry')}
        </button>
      </Trouble>
    );
  if (recordings.rows === undefined || items.rows === undefined) return <Loading />;
  const shown = new Set(recordings.rows.map(({ id }) => id));
  const files = items.rows.filter(({ recording }) => recording === undefined || !shown.has(recording));
  if (recordings.rows.length + files.length === 0 && !recordings.hasMore && !items.hasMore) return <EmptyTrash />;
  return (
    <>
      <Section title={say('view.recordings')} list={recordings} rows={recordings.rows}>
        {(recording) => (
          <RecordingItem
            key={recording.id}
            recording={recording}
            timeZone={ports.timeZone}
            buttons={
              <RowButtons
                title={titleOf(recording)}
                trashedAt={recording.trashedAt}
                nowMs={ports.now()}
                restore={() => recordingsApi.restore(recording.id, isEveryone)}
                remove={() => recordingsApi.remove(recording.id, isEveryone)}
              />
            }
          />
        )}
      </Section>
      <Section title={say('trash.files')} list={items} rows={files}>
        {(item) => (
          <li key={item.id} className="trash-row in-row flex-wrap gap-2-3">
            <ItemLine {...{ item, me }} timeZone={ports.timeZone} />
            <RowButtons
              title={item.title}
              trashedAt={item.trashedAt}
              nowMs={ports.now()}
              restore={() => api.restore(item.id)}
              remove={() => api.remove(item.id)}
            />
          </li>
        )}
      </Section>
    </>
  );
}

interface SectionProps<Row> {
  title: string;
  list: ListState<Row>;
  rows: readonly Row[];
  children(row: Row): ReactNode;
}

function Section<Row extends ListedRecording | Item>({ title, list, rows, children }: SectionProps<Row>) {
  const { say } = useWords();
  if (rows.length === 0 && !list.hasMore) return null;
  return (
    <section className="grid one-column gap-3" aria-label={title}>
      <h2 className="trash-title">{title}</h2>
      <ul className="library-list" aria-label={title}>
        {rows.map(children)}
      </ul>
      {list.hasMore ? (
        <button type="button" className="button quiet list-more" onClick={list.loadMore}>
          {say('more')}
        </button>
      ) : null}
    </section>
  );
}

interface RowButtonsProps {
  title: string;
  trashedAt: string | null | undefined;
  nowMs: number;
  restore(): Promise<void>;
  remove(): Promise<void>;
}

function RowButtons({ title, trashedAt, nowMs, restore, remove }: RowButtonsProps) {
  const { say } = useWords();
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const act = async (call: () => Promise<void>): Promise<void> => {
    await call();
    await client.invalidateQueries();
  };
  const count = trashedAt == null ? undefined : daysLeft(trashedAt, nowMs);
  return (
    <div className="trash-buttons flex flex-wrap items-center gap-2">
      {count === undefined ? null : (
        <span className="text-s text-faint">{count <= 1 ? say('trash.today') : say('trash.days', { count })}</span>
      )}
      <button
        type="button"
        className="button small"
        aria-label={say('trash.restoreOf', { title })}
        onClick={() => {
          setProblem(undefined);
          act(restore).catch(setProblem);
        }}
      >
        <Undo2 size={16} aria-hidden="true" />
        {say('trash.restore')}
      </button>
      <button
        type="button"
        className="button small quiet"
        aria-label={say('trash.removeOf', { title })}
        onClick={() => setAsking(true)}
      >
        <Trash2 size={16} aria-hidden="true" />
        {say('trash.remove')}
      </button>
      {problem === undefined ? null : <Trouble title={say('trash.undoFailed')} error={problem} />}
      {isAsking ? (
        <AskDialog
          title={say('trash.removeTitle', { title })}
          button={say('trash.remove')}
          isDangerous
          failed={say('delete.failed')}
          act={() => act(remove)}
          onClose={() => setAsking(false)}
        >
          <p>{say('trash.removeText')}</p>
        </AskDialog>
      ) : null}
    </div>
  );
}

function EmptyTrash() {
  const { say } = useWords();
  return (
    <div className="list-empty" role="status" data-testid="trash-empty">
      <span className="notice-mark">
        <Trash2 size={30} aria-hidden="true" />
      </span>
      <h2>{say('trash.empty')}</h2>
      <p className="faint">{say('trash.emptyText')}</p>
    </div>
  );
}
