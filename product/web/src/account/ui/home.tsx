import { CalendarPlus, LibraryBig, LoaderCircle, LogIn, Podcast, Video } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { textOf } from '../../core/query.ts';
import type { PageConfig } from '../../room/page-config.ts';
import { randomRoom, randomText } from '../../room/random.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Brand, LanguageSwitch } from '../../ui/parts.tsx';
import type { AccountApi } from '../api.ts';
import { keyOf, nextDays } from '../core/days.ts';
import { joinTarget } from '../core/join-target.ts';
import type { Me } from '../core/model.ts';
import { signInPath } from '../core/route.ts';
import { useSay } from '../text.ts';
import { AccountHead } from './account-head.tsx';
import { Field, Trouble } from './fields.tsx';
import { ListNote, useMeetings, useNow } from './meeting-list.tsx';
import { CONTENT_ID, SkipLink } from './navigation.tsx';
import { Row } from './occurrence-row.tsx';
import { OpenDialog, useDialogState } from './open-dialog.tsx';
import { useBegin } from './use-begin.ts';

export interface HomePageProps {
  /** The signed-in user; undefined for a visitor. */
  me: Me | undefined;
  config: Pick<PageConfig, 'api' | 'devToken'>;
  api: AccountApi;
  timeZone: string;
  now(): number;
  go(path: string): void;
}

export function HomePage(props: HomePageProps) {
  const { say } = useSay();
  const { me, config, api } = props;
  return (
    <div className="account">
      {me === undefined ? (
        <header className="page-head">
          <SkipLink />
          <Brand />
          <div className="in-row flex-none gap-2">
            <LanguageSwitch />
            {config.api ? (
              <a className="button quiet small" href={signInPath('/')} data-testid="home-sign-in">
                <LogIn size={18} aria-hidden="true" />
                {say('title.signIn')}
              </a>
            ) : null}
          </div>
        </header>
      ) : (
        <AccountHead {...{ me, api }} timeZone={props.timeZone} place="home" onSignedOut={() => props.go('/')} />
      )}
      <main id={CONTENT_ID} tabIndex={-1} className="account-main home mx-auto" data-testid="home">
        <div>
          <h1>{me === undefined ? say('home.title') : say('home.hello', { name: me.name })}</h1>
          <p className="text-soft">{say('home.lead')}</p>
        </div>
        <div className="home-cards">
          <Start {...props} />
          <Join {...props} />
        </div>
        {me === undefined ? null : <NextMeetings {...props} me={me} />}
      </main>
    </div>
  );
}

/** Buttons that begin something. A visitor may do so only where the page's server gives tokens. */
function Start({ me, config, api, timeZone, go }: HomePageProps) {
  const { say } = useSay();
  const [isNamingShow, setNamingShow] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const books = me?.scopes.includes('meetings:write') === true;
  const { begin, isBeginning: isBusy } = useBegin({
    api,
    timeZone,
    onJoin: (id) => go(`/meetings/${id}/join`),
    onProblem: setProblem,
  });
  const meetNow = (): void => {
    if (books) begin(say('list.nowTitle', { name: me.name }));
    else go(`/?${new URLSearchParams({ room: randomRoom() })}`);
  };
  const hostShow = (title: string): void => {
    setNamingShow(false);
    if (books) begin(title, 'show');
    else go(`/?${new URLSearchParams({ room: `${title} ${randomText(4)}`, kind: 'show' })}`);
  };
  if (!books && !config.devToken && me !== undefined)
    return (
      <section className="home-card" aria-label={say('home.next')}>
        <p className="text-soft">{say('home.mayOnlyJoin')}</p>
      </section>
    );
  if (!books && !config.devToken)
    return (
      <section className="home-card" aria-label={say('title.signIn')}>
        <p className="text-soft">{say('home.mayNotStart')}</p>
        <a className="button primary big" href={signInPath('/')}>
          <LogIn size={20} aria-hidden="true" />
          {say('title.signIn')}
        </a>
      </section>
    );
  return (
    <section className="home-card" aria-label={say('home.new')}>
      <button type="button" className="button primary big" data-testid="home-new" disabled={isBusy} onClick={meetNow}>
        {isBusy ? (
          <LoaderCircle size={20} className="spinner" aria-hidden="true" />
        ) : (
          <Video size={20} aria-hidden="true" />
        )}
        {say('home.new')}
      </button>
      <div className="home-more">
        <button
          type="button"
          className="button"
          data-testid="home-show"
          disabled={isBusy}
          onClick={() => setNamingShow(true)}
        >
          <Podcast size={18} aria-hidden="true" />
          {say('home.show')}
        </button>
        {books ? (
          <a className="button" href="/meetings#new" data-testid="home-book">
            <CalendarPlus size={18} aria-hidden="true" />
            {say('home.book')}
          </a>
        ) : null}
        {me?.scopes.includes('library:read') ? (
          <a className="button" href="/library">
            <LibraryBig size={18} aria-hidden="true" />
            {say('account.library')}
          </a>
        ) : null}
      </div>
      {problem === undefined ? null : <Trouble title={say('home.failed')} error={problem} />}
      {isNamingShow ? <ShowDialog onHost={hostShow} onClose={() => setNamingShow(false)} /> : null}
    </section>
  );
}

/** Leaves room for the random end of a room's name. */
const SHOW_TITLE_MAX = 100;

function ShowDialog({ onHost, onClose }: { onHost(title: string): void; onClose(): void }) {
  const { say } = useSay();
  const [title, setTitle] = useState('');
  const [tried, setTried] = useState(false);
  const name = textOf(title);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (name !== '') onHost(name);
  };
  return (
    <Dialog title={say('home.show')} onClose={onClose}>
      <form className="dialog-fields" noValidate onSubmit={submit} data-testid="show-form">
        <p className="faint">{say('home.showLead')}</p>
        <Field
          label={say('home.showTitle')}
          name="title"
          maxLength={SHOW_TITLE_MAX}
          value={title}
          autoComplete="off"
          error={tried && name === '' ? say('home.showTitleMissing') : undefined}
          onText={setTitle}
        />
        <div className="dialog-buttons">
          <button type="button" className="button quiet" onClick={onClose}>
            {say('common.cancel')}
          </button>
          <button type="submit" className="button primary" data-testid="show-go">
            {say('home.showGo')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Join({ config, go }: HomePageProps) {
  const { say } = useSay();
  const [typed, setTyped] = useState('');
  const [tried, setTried] = useState(false);
  const offer = { origin: location.origin, hasNumbers: config.api, hasRooms: config.devToken };
  const target = joinTarget(typed, offer);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if ('href' in target) go(target.href);
  };
  return (
    <section className="home-card">
      <form className="stack" noValidate onSubmit={submit} data-testid="home-join">
        <Field
          label={say(config.devToken ? 'home.joinLabelRoom' : 'home.joinLabel')}
          name="meeting"
          value={typed}
          autoComplete="off"
          placeholder="123 456 789"
          error={tried && 'error' in target ? say(target.error) : undefined}
          onText={setTyped}
        />
        <button type="submit" className="button">
          {say('home.join')}
        </button>
      </form>
    </section>
  );
}

/** The next meetings of the user, whose details open on this page. */
function NextMeetings({ me, api, timeZone, now }: HomePageProps & { me: Me }) {
  const { say } = useSay();
  const [problem, setProblem] = useState<unknown>();
  const list = useMeetings(api, now, '', false);
  const nowMs = useNow(now);
  const dialog = useDialogState({ me, api, timeZone, now, onProblem: setProblem });
  const next = list.data && nextDays(list.data, nowMs, timeZone);
  return (
    <section className="day">
      <div className="in-row justify-between gap-3">
        <h2>{say('home.next')}</h2>
        <a href="/meetings" className="small weight-600">
          {say('home.all')}
        </a>
      </div>
      {problem === undefined ? null : <Trouble title={say('details.failed')} error={problem} />}
      {next === undefined || list.problem !== undefined ? (
        <ListNote list={list} />
      ) : next.length === 0 ? (
        <p className="faint">{say('home.nextNone')}</p>
      ) : (
        <ul>
          {next.map((occurrence) => (
            <Row
              key={keyOf(occurrence)}
              {...{ occurrence, nowMs, timeZone }}
              isDated
              onOpen={() => dialog.show({ name: 'details', occurrence })}
            />
          ))}
        </ul>
      )}
      <OpenDialog
        {...{ me, api, timeZone, nowMs, dialog }}
        passwords={NO_PASSWORDS}
        onChanged={list.reload}
        onSaved={list.reload}
      />
    </section>
  );
}

/** Passwords are known only in the window that set them, on the page of meetings. */
const NO_PASSWORDS = {};
