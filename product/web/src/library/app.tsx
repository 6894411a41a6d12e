// The library page: files and recordings, with search, player, sharing and the trash. Loaded when opened.
import { LibraryBig, LoaderCircle, type LucideIcon, Trash2, Upload, Users, Video } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { AccountApi } from '../account/api.ts';
import { AccountHead } from '../account/ui/account-head.tsx';
import { useWindowTitle } from '../account/ui/card-page.tsx';
import { Choose } from '../account/ui/fields.tsx';
import { CONTENT_ID, SectionNav } from '../account/ui/navigation.tsx';
import type { AdminPorts } from '../admin/ports.ts';
import { QueryProvider, useApiQuery } from '../admin/ui/queries.ts';
import '../styles/admin.css';
import '../styles/library.css';
import { LibraryApi } from './api.ts';
import { needsPage, type Phase } from './core/file-state.ts';
import type { OpenUpload, Usage, Visibility } from './core/model.ts';
import { mayUpload } from './core/rights.ts';
import { type Filters, filtersOf, itemOfHash, searchOf, searchOfView, type View, viewOf, views } from './core/view.ts';
import { bytesText } from './core/words.ts';
import { RecordingsPage } from './recordings/page.tsx';
import { Covers, CoversContext } from './ui/covers.ts';
import { DropZone } from './ui/drop-zone.tsx';
import { ItemPage } from './ui/item-page.tsx';
import { FilterBar, ItemList } from './ui/list.tsx';
import { TrashPage } from './ui/trash.tsx';
import { Trouble } from './ui/trouble.tsx';
import { type Trashed, UndoNote } from './ui/undo-note.tsx';
import { Uploads } from './ui/uploads.tsx';
import { useItems } from './ui/use-items.ts';
import { useWords } from './ui/use-words.ts';
import type { UploadQueue } from './upload/queue.ts';

type OpenQueue = (api: LibraryApi, ports: AdminPorts) => Promise<UploadQueue>;

/** Users without the right to upload do not load the queue. */
const loadQueue: OpenQueue = async (api, ports) => (await import('./upload/open.ts')).openQueue(api, ports);

export interface LibraryAppProps {
  ports: AdminPorts;
  account: AccountApi;
  onSignedOut(): void;
  /** Opens the upload queue; the page's own by default. */
  openQueue?: OpenQueue;
}

export function LibraryApp({ account, onSignedOut, openQueue = loadQueue, ...props }: LibraryAppProps) {
  const { say } = useWords();
  // Kept from the first render: the page around recreates them at each change, and uploads must outlive that.
  const [ports] = useState(props.ports);
  const { me, timeZone } = ports;
  const view = viewOf(useSyncExternalStore(subscribeAddress, () => location.search));
  const item = itemOfHash(useSyncExternalStore(subscribeAddress, () => location.hash));
  useWindowTitle(say(view === 'all' ? 'title' : `view.${view}`), me.branding);
  const api = useMemo(() => new LibraryApi(ports), [ports]);
  const covers = useMemo(() => new Covers(api), [api]);
  const queue = useQueue(openQueue, api, ports);
  const [trashed, setTrashed] = useState<Trashed>();
  return (
    <CoversContext value={covers}>
      <div className="account admin library">
        <AccountHead place="library" {...{ me, timeZone, onSignedOut }} api={account} />
        <SectionNav
          label={say('views')}
          sections={views.map((name) => ({
            name,
            href: location.pathname + searchOfView(name, location.search),
            text: say(`view.${name}`),
          }))}
          icons={viewIcons}
          current={item === undefined ? view : undefined}
          onOpen={go}
        />
        <main id={CONTENT_ID} tabIndex={-1} className="account-main library-main mx-auto">
          {queue === undefined ? null : <LeaveQuestion queue={queue} />}
          <QueryProvider>
            {item === undefined ? (
              <ListPage key={view} {...{ api, ports, queue, view }} onTrashed={setTrashed} />
            ) : (
              <>
                {queue === undefined ? null : <BusyNote queue={queue} />}
                <ItemPage
                  key={item}
                  id={item}
                  onLeave={showList}
                  onTrashed={setTrashed}
                  {...{ api, me, timeZone, view }}
                />
              </>
            )}
            {trashed === undefined ? null : <UndoNote trashed={trashed} onGone={() => setTrashed(undefined)} />}
          </QueryProvider>
        </main>
      </div>
    </CoversContext>
  );
}

const viewIcons: Readonly<Record<View, LucideIcon>> = {
  all: LibraryBig,
  recordings: Video,
  shared: Users,
  trash: Trash2,
};

function subscribeAddress(listener: () => void): () => void {
  const events = ['hashchange', 'popstate'] as const;
  for (const event of events) addEventListener(event, listener);
  return () => {
    for (const event of events) removeEventListener(event, listener);
  };
}

/** Adds a step to the history; uploads go on. */
function go(address: string): void {
  history.pushState(null, '', address);
  dispatchEvent(new Event('hashchange')); // pushState itself fires no event
  scrollTo(0, 0);
}

const showList = (): void => go(location.pathname + location.search);

function useQueue(openQueue: OpenQueue, api: LibraryApi, ports: AdminPorts): UploadQueue | undefined {
  const [queue, setQueue] = useState<UploadQueue>();
  const isAllowed = mayUpload(ports.me);
  useEffect(() => {
    if (!isAllowed) return undefined;
    let isGone = false;
    let opened: UploadQueue | undefined;
    openQueue(api, ports).then(
      (one) => {
        opened = one;
        if (isGone) one.close();
        else setQueue(one);
      },
      (error: unknown) => console.error('uploads could not be loaded:', error),
    );
    return () => {
      isGone = true;
      opened?.close();
    };
  }, [openQueue, api, ports, isAllowed]);
  return queue;
}

/** The browser asks before the page is left while uploads need it. */
function LeaveQuestion({ queue }: { queue: UploadQueue }) {
  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent): void => {
      if (queue.isBusy()) event.preventDefault();
    };
    addEventListener('beforeunload', leaving);
    return () => removeEventListener('beforeunload', leaving);
  }, [queue]);
  return null;
}

function BusyNote({ queue }: { queue: UploadQueue }) {
  const { say } = useWords();
  const rows = useSyncExternalStore(queue.rows.subscribe, queue.rows.get);
  const count = rows.filter(({ state }) => needsPage(state)).length;
  if (count === 0) return null;
  return (
    <p className="in-row gap-3 text-soft text-s" role="status">
      <LoaderCircle size={16} className="spinner accent" aria-hidden="true" />
      {say('uploads.busy', { count })}
      <button type="button" className="button small quiet" onClick={showList}>
        {say('uploads.show')}
      </button>
    </p>
  );
}

interface FilesPageProps {
  api: LibraryApi;
  ports: AdminPorts;
  queue: UploadQueue | undefined;
}

function ListPage({ view, onTrashed, ...rest }: FilesPageProps & { view: View; onTrashed(trashed: Trashed): void }) {
  const { say } = useWords();
  const { api, ports, queue } = rest;
  if (view === 'all') return <FilesPage {...rest} />;
  return (
    <>
      {queue === undefined ? null : <BusyNote queue={queue} />}
      <div className="account-title">
        <h1>{say(`view.${view}`)}</h1>
        {view === 'trash' ? <p className="small faint">{say('trash.lead')}</p> : null}
      </div>
      {view === 'recordings' ? <RecordingsPage {...{ api, ports, onTrashed }} /> : null}
      {view === 'shared' ? <SharedPage {...{ api, ports }} /> : null}
      {view === 'trash' ? <TrashPage {...{ api, ports }} /> : null}
    </>
  );
}

function SharedPage({ api, ports: { me, timeZone } }: Pick<FilesPageProps, 'api' | 'ports'>) {
  const [filters, setFilters] = useFilters();
  const list = useItems(api, 'shared', me.id, filters);
  return (
    <>
      <FilterBar filters={filters} onFilters={setFilters} isOfOthers />
      <ItemList
        {...{ list, filters, me, timeZone }}
        empty={{ title: 'emptyShared', text: 'emptySharedText' }}
        onFilters={setFilters}
      />
    </>
  );
}

function FilesPage({ api, ports, queue }: FilesPageProps) {
  const { me, timeZone } = ports;
  const [filters, setFilters] = useFilters();
  const list = useItems(api, 'all', me.id, filters);
  const usage = useApiQuery(['usage'], () => api.usage()); // the list reports failures
  const onChanged = (): void => {
    list.reload();
    void usage.reload();
  };
  return (
    <>
      {queue === undefined ? (
        <Title usage={usage.value} />
      ) : (
        <UploadArea {...{ api, queue, timeZone, onChanged }} usage={usage.value} />
      )}
      <FilterBar filters={filters} onFilters={setFilters} />
      <ItemList
        {...{ list, filters, me, timeZone }}
        empty={{ title: 'empty', text: mayUpload(me) ? 'emptyUploader' : 'emptyReader' }}
        onFilters={setFilters}
      />
    </>
  );
}

function Title({ usage, children }: { usage: Usage | undefined; children?: ReactNode }) {
  const { say } = useWords();
  return (
    <div className="account-title in-row flex-wrap justify-between gap-3">
      <div>
        <h1>{say('title')}</h1>
        <UsageText usage={usage} />
      </div>
      {children}
    </div>
  );
}

function useFilters(): [Filters, (filters: Filters) => void] {
  const [filters, setFilters] = useState(() => filtersOf(location.search));
  const change = useCallback((wanted: Filters): void => {
    history.replaceState(null, '', location.pathname + searchOf(wanted, location.search) + location.hash);
    setFilters(wanted);
  }, []);
  return [filters, change];
}

function UsageText({ usage }: { usage: Usage | undefined }) {
  const { say, locale } = useWords();
  if (usage === undefined) return null;
  const used = bytesText(usage.bytes, locale);
  const max = bytesText(usage.bytesMax, locale);
  return (
    <p className="small faint library-usage">
      {usage.bytes === 0 ? say('usageNone') : say(usage.bytesMax === 0 ? 'usage' : 'usageOf', { used, max })}
    </p>
  );
}

interface UploadAreaProps {
  api: LibraryApi;
  queue: UploadQueue;
  timeZone: string;
  usage: Usage | undefined;
  onChanged(): void;
}

function UploadArea({ api, queue, timeZone, usage, onChanged }: UploadAreaProps) {
  const { say } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const [visibility, setVisibility] = useState<Visibility>('private');
  const { left: unfinished, giveUp, problem } = useLeft(api);
  useChanged(queue, onChanged);
  const add = (files: readonly File[]): void => queue.add(files, visibility);
  const choose = (): void => input.current?.click();
  return (
    <>
      <Title usage={usage}>
        <div className="library-upload-actions in-row flex-wrap">
          <Choose<Visibility>
            className="inline"
            label={say('uploads.visibility')}
            value={visibility}
            options={[
              ['private', say('visibility.private')],
              ['tenant', say('visibility.tenant')],
            ]}
            onChoose={setVisibility}
          />
          <button type="button" className="button primary" data-testid="upload-button" onClick={choose}>
            <Upload size={18} aria-hidden="true" />
            {say('upload')}
          </button>
        </div>
      </Title>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="files"
        onChange={(event) => {
          add([...(event.target.files ?? [])]);
          event.target.value = ''; // so that the same file can be chosen again
        }}
      />
      {problem === undefined ? null : <Trouble title={say('giveUpFailed')} error={problem} />}
      <Uploads {...{ queue, left: unfinished, timeZone }} onChoose={choose} onGiveUp={giveUp} />
      <DropZone onFiles={add} />
    </>
  );
}

function useLeft(api: LibraryApi) {
  const { value: left = [], set } = useApiQuery(['uploads'], () => api.openUploads()); // the list reports failures
  const [problem, setProblem] = useState<unknown>();
  const giveUp = (upload: OpenUpload): void => {
    setProblem(undefined);
    api.giveUp(upload.id).then(
      () => set(left.filter(({ id }) => id !== upload.id)),
      (error: unknown) => setProblem(error),
    );
  };
  return { left, giveUp, problem };
}

/** Phases in which the item's row changes. */
const shownAs: Partial<Record<Phase, string>> = { checking: 'checking', ready: 'ready', refused: 'refused' };

function useChanged(queue: UploadQueue, onChanged: () => void): void {
  const latest = useRef(onChanged);
  useEffect(() => {
    latest.current = onChanged;
  });
  useEffect(() => {
    const itemsOf = (): string =>
      queue.rows
        .get()
        .flatMap(({ state: { item, phase } }) => (item === '' ? [] : [`${item} ${shownAs[phase] ?? ''}`]))
        .join();
    let before = itemsOf();
    return queue.rows.subscribe(() => {
      const now = itemsOf();
      if (now !== before) latest.current();
      before = now;
    });
  }, [queue]);
}
