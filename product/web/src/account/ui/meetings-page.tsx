import { LoaderCircle, Plus, Video } from 'lucide-react';
import { useEffect, useState } from 'react';
import { adminPath, sectionsFor } from '../../admin/core/route.ts';
import { searchOfView } from '../../library/core/view.ts';
import type { AccountApi } from '../api.ts';
import type { FormTarget, MeetingForm } from '../core/form.ts';
import type { Me, Meeting } from '../core/model.ts';
import { PAST_PATH } from '../core/route.ts';
import { useSay } from '../text.ts';
import { AccountHead } from './account-head.tsx';
import { BookedMeeting } from './booked.tsx';
import { Trouble } from './fields.tsx';
import { MeetingList, useMeetings, useNow } from './meeting-list.tsx';
import { CONTENT_ID } from './navigation.tsx';
import { OpenDialog, useDialogState } from './open-dialog.tsx';
import { SearchField } from './search-field.tsx';
import { useBegin } from './use-begin.ts';

const BOOK_HASH = '#new';

export interface MeetingsPageProps {
  me: Me;
  api: AccountApi;
  timeZone: string;
  now(): number;
  /** Lists meetings that have ended. */
  isPast?: boolean;
  onJoin(meetingId: string): void;
  onSignedOut(): void;
}

export function MeetingsPage(props: MeetingsPageProps) {
  const { say } = useSay();
  const { me, api, timeZone, now, isPast = false } = props;
  const [query, setQuery] = useState('');
  const [problem, setProblem] = useState<unknown>();
  /** Passwords of meetings booked in this window: the API keeps only hashes. */
  const [passwords, setPasswords] = useState<Readonly<Record<string, string>>>({});
  const [booked, setBooked] = useState<Meeting>();
  const list = useMeetings(api, now, query, isPast);
  const nowMs = useNow(now);
  const dialog = useDialogState({ me, api, timeZone, now, onProblem: setProblem });
  const { openForm } = dialog;
  // The home page links here to book.
  useEffect(() => {
    if (location.hash !== BOOK_HASH) return;
    history.replaceState(null, '', location.pathname);
    void openForm({ kind: 'new' });
  }, [openForm]);
  const mayBook = me.scopes.includes('meetings:write');
  const [section] = sectionsFor(me.scopes);
  const saved = (meeting: Meeting, { password }: MeetingForm, target: FormTarget): void => {
    if (password !== '') setPasswords({ ...passwords, [meeting.id]: password });
    setBooked(target.kind === 'new' ? meeting : undefined);
    list.reload();
  };
  return (
    <div className="account">
      <AccountHead {...{ me, api, timeZone }} place="meetings" onSignedOut={props.onSignedOut} />
      <main id={CONTENT_ID} tabIndex={-1} className="account-main mx-auto">
        <div className="account-title in-row flex-wrap justify-between gap-3">
          <h1>{say('title.meetings')}</h1>
          {mayBook ? (
            <NewMeetingButtons
              {...{ me, api, timeZone, onJoin: props.onJoin, onProblem: setProblem }}
              onNew={() => void dialog.openForm({ kind: 'new' })}
            />
          ) : null}
        </div>
        {problem === undefined ? null : <Trouble title={say('details.failed')} error={problem} />}
        {booked === undefined ? null : (
          <BookedMeeting
            {...{ api, timeZone, nowMs, meeting: booked }}
            password={passwords[booked.id] ?? ''}
            onClose={() => setBooked(undefined)}
          />
        )}
        <nav className="account-tabs in-row" aria-label={say('list.tabs')}>
          <a href="/meetings" aria-current={isPast ? undefined : 'page'}>
            {say('list.upcoming')}
          </a>
          <a href={PAST_PATH} aria-current={isPast ? 'page' : undefined} data-testid="past">
            {say('list.past')}
          </a>
          {me.scopes.includes('library:read') ? (
            <a href={`/library${searchOfView('recordings', '')}`} data-testid="all-recordings">
              {say('recordings.title')}
            </a>
          ) : null}
        </nav>
        <SearchField label={say('list.search')} onQuery={setQuery} />
        <MeetingList
          {...{ list, isPast, api, query, nowMs, timeZone, mayBook }}
          adminHref={section === undefined ? undefined : adminPath({ section })}
          onOpen={(occurrence) => dialog.show({ name: 'details', occurrence })}
        />
      </main>
      <OpenDialog {...{ me, api, timeZone, nowMs, passwords, dialog }} onChanged={list.reload} onSaved={saved} />
    </div>
  );
}

interface NewMeetingProps extends Pick<MeetingsPageProps, 'me' | 'api' | 'timeZone' | 'onJoin'> {
  onNew(): void;
  onProblem(problem: unknown): void;
}

function NewMeetingButtons({ me, api, timeZone, onJoin, onNew, onProblem }: NewMeetingProps) {
  const { say } = useSay();
  const { begin, isBeginning } = useBegin({ api, timeZone, onJoin, onProblem });
  return (
    <div className="account-actions flex">
      <button
        type="button"
        className="button quiet"
        data-testid="meet-now"
        disabled={isBeginning}
        onClick={() => begin(say('list.nowTitle', { name: me.name }))}
      >
        {isBeginning ? (
          <LoaderCircle size={18} className="spinner" aria-hidden="true" />
        ) : (
          <Video size={18} aria-hidden="true" />
        )}
        {say('list.now')}
      </button>
      <button type="button" className="button primary" data-testid="new-meeting" onClick={onNew}>
        <Plus size={18} aria-hidden="true" />
        {say('list.new')}
      </button>
    </div>
  );
}
