import { CalendarPlus, CircleUserRound, LoaderCircle, LogOut, Plus, Video } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { Brand, LanguageSwitch } from '../../ui/parts.tsx';
import type { AccountApi } from '../api.ts';
import { cancelMeeting, saveMeeting } from '../changes.ts';
import { emptyForm, type FormTarget, formOf, type MeetingForm, type Scope } from '../core/form.ts';
import { nextHalfHour } from '../core/local-time.ts';
import type { Me, Meeting, MyOccurrence } from '../core/model.ts';
import { forgetDraft, keepDraft, readDraft } from '../draft.ts';
import { useSay } from '../text.ts';
import { Booked } from './booked.tsx';
import { DetailsDialog } from './details-dialog.tsx';
import { Trouble } from './fields.tsx';
import { MeetingFormDialog } from './meeting-form.tsx';
import { MeetingList, SearchField, useMeetings, useNow } from './meeting-list.tsx';
import { CalendarDialog, CancelDialog, ScopeDialog } from './small-dialogs.tsx';

export interface MeetingsPageProps {
  me: Me;
  api: AccountApi;
  timeZone: string;
  /** The time, again and again. */
  now(): number;
  onJoin(meetingId: string): void;
  onSignedOut(): void;
}

/** What lies over the list. */
type Open =
  | { readonly name: 'details'; readonly occurrence: MyOccurrence }
  | { readonly name: 'scope'; readonly act: 'edit' | 'cancel'; readonly occurrence: MyOccurrence }
  | { readonly name: 'cancel'; readonly scope: Scope; readonly occurrence: MyOccurrence }
  | { readonly name: 'calendar' }
  | FormOpen;
interface FormOpen {
  readonly name: 'form';
  readonly target: FormTarget;
  readonly form: MeetingForm;
  readonly before: Meeting | undefined;
  readonly once: string;
}

export function MeetingsPage(props: MeetingsPageProps) {
  const { say, language } = useSay();
  const { me, api, timeZone, now } = props;
  const [query, setQuery] = useState('');
  const [open, setOpen] = useState<Open>();
  const [problem, setProblem] = useState<unknown>();
  /** Of meetings that were booked in this window: the api keeps only their hashes. */
  const [passwords, setPasswords] = useState<Readonly<Record<string, string>>>({});
  const [booked, setBooked] = useState<Meeting>();
  const [isBeginning, setIsBeginning] = useState(false);
  const list = useMeetings(api, now, query);
  const nowMs = useNow(now);
  const mayBook = me.scopes.includes('meetings:write');

  const openForm = useCallback(
    async (target: FormTarget, kept?: MeetingForm): Promise<void> => {
      const once = crypto.randomUUID();
      if (target.kind === 'new') {
        const form = kept ?? emptyForm({ title: '', start: nextHalfHour(now(), timeZone), timeZone });
        return setOpen({ name: 'form', target, form, before: undefined, once });
      }
      try {
        const before = await api.meeting(target.occurrence.meetingId);
        setOpen({ name: 'form', target, form: kept ?? formOf(before, target), before, once });
      } catch (error) {
        // What lies over the page would hide it.
        setOpen(undefined);
        setProblem(error);
      }
    },
    [api, now, timeZone],
  );
  // What was typed before a reload.
  useEffect(() => {
    const draft = readDraft(me.id);
    if (draft !== undefined) void openForm(draft.target, draft.form);
  }, [me.id, openForm]);

  const close = (): void => setOpen(undefined);
  const closeForm = (): void => {
    forgetDraft();
    close();
  };
  const act = (name: 'edit' | 'cancel', occurrence: MyOccurrence, scope?: Scope): void => {
    setProblem(undefined);
    if (scope === undefined && occurrence.isRecurring) setOpen({ name: 'scope', act: name, occurrence });
    else if (name === 'cancel') setOpen({ name, scope: scope ?? 'all', occurrence });
    else void openForm({ kind: 'edit', scope: scope ?? 'all', occurrence });
  };
  const save = async ({ target, before, once }: FormOpen, form: MeetingForm): Promise<void> => {
    const meeting = await saveMeeting(api, { target, form, before, language, once });
    if (form.password !== '') setPasswords({ ...passwords, [meeting.id]: form.password });
    setBooked(target.kind === 'new' ? meeting : undefined);
    closeForm();
    list.reload();
  };
  const meetNow = async (): Promise<void> => {
    setProblem(undefined);
    setIsBeginning(true);
    try {
      props.onJoin(await api.begin({ title: say('list.nowTitle', { name: me.name }), timeZone }));
    } catch (error) {
      setProblem(error);
      setIsBeginning(false);
    }
  };

  return (
    <div className="account">
      <AccountHead me={me} api={api} onCalendar={() => setOpen({ name: 'calendar' })} onSignedOut={props.onSignedOut} />
      <main className="account-main">
        <div className="account-title">
          <h1>{say('title.meetings')}</h1>
          {mayBook ? (
            <div className="account-actions">
              <button
                type="button"
                className="button quiet"
                data-testid="meet-now"
                disabled={isBeginning}
                onClick={() => void meetNow()}
              >
                {isBeginning ? (
                  <LoaderCircle size={18} className="spinner" aria-hidden="true" />
                ) : (
                  <Video size={18} aria-hidden="true" />
                )}
                {say('list.now')}
              </button>
              <button
                type="button"
                className="button primary"
                data-testid="new-meeting"
                onClick={() => void openForm({ kind: 'new' })}
              >
                <Plus size={18} aria-hidden="true" />
                {say('list.new')}
              </button>
            </div>
          ) : null}
        </div>
        {problem === undefined ? null : <Trouble title={say('details.failed')} error={problem} />}
        {booked === undefined ? null : (
          <Booked
            {...{ timeZone, nowMs, meeting: booked }}
            password={passwords[booked.id] ?? ''}
            onClose={() => setBooked(undefined)}
          />
        )}
        <SearchField onQuery={setQuery} />
        <MeetingList
          {...{ list, query, nowMs, timeZone, mayBook }}
          onOpen={(occurrence) => setOpen({ name: 'details', occurrence })}
        />
      </main>
      {open?.name === 'details' ? (
        <DetailsDialog
          {...{ api, timeZone, nowMs }}
          occurrence={open.occurrence}
          password={passwords[open.occurrence.meetingId] ?? ''}
          onClose={close}
          onEdit={() => act('edit', open.occurrence)}
          onCancel={() => act('cancel', open.occurrence)}
          onChanged={list.reload}
        />
      ) : null}
      {open?.name === 'scope' ? (
        <ScopeDialog act={open.act} onClose={close} onChoose={(scope) => act(open.act, open.occurrence, scope)} />
      ) : null}
      {open?.name === 'cancel' ? (
        <CancelDialog
          occurrence={open.occurrence}
          onClose={close}
          cancel={async () => {
            await cancelMeeting(api, open.occurrence, open.scope);
            close();
            list.reload();
          }}
        />
      ) : null}
      {open?.name === 'calendar' ? <CalendarDialog api={api} onClose={close} /> : null}
      {open?.name === 'form' ? (
        <MeetingFormDialog
          {...{ api, timeZone, ownId: me.id }}
          target={open.target}
          form={open.form}
          hasPassword={open.before?.hasPassword ?? false}
          onTyped={(form) => keepDraft({ of: me.id, target: open.target, form })}
          save={(form) => save(open, form)}
          onClose={closeForm}
        />
      ) : null}
    </div>
  );
}

interface HeadProps extends Pick<MeetingsPageProps, 'me' | 'api' | 'onSignedOut'> {
  onCalendar(): void;
}

function AccountHead({ me, api, onCalendar, onSignedOut }: HeadProps) {
  const { say } = useSay();
  const signOut = (): void => {
    forgetDraft();
    api.signOut().then(onSignedOut, (error: unknown) => {
      console.info('The service did not hear of it:', error);
      onSignedOut();
    });
  };
  return (
    <header className="page-head">
      <Brand />
      <div className="account-tools">
        <LanguageSwitch />
        <details
          className="account-menu"
          onBlur={({ currentTarget, relatedTarget }) => {
            if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) currentTarget.open = false;
          }}
          onKeyDown={({ currentTarget, key }) => {
            if (key === 'Escape') currentTarget.open = false;
          }}
        >
          <summary className="icon-button bare" aria-label={say('account.menu')}>
            <CircleUserRound size={22} aria-hidden="true" />
          </summary>
          <div className="account-menu-body">
            <p className="small faint">{say('account.signedInAs', { name: me.name })}</p>
            <p className="small faint ellipsis">{me.email}</p>
            <button type="button" onClick={onCalendar}>
              <CalendarPlus size={18} aria-hidden="true" />
              {say('account.calendar')}
            </button>
            <button type="button" onClick={signOut}>
              <LogOut size={18} aria-hidden="true" />
              {say('account.signOut')}
            </button>
          </div>
        </details>
      </div>
    </header>
  );
}
