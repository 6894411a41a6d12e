// The host's panel beside the stage, with the show's audience, posts and rules.
import { Ban, Hand, Plus, UserX } from 'lucide-react';
import { type FormEvent, type ReactNode, useEffect, useId, useState, useSyncExternalStore } from 'react';
import { protocolName } from '../core/protocol-name.ts';
import type { ShowLinkKind } from '../core/query.ts';
import { useTranslate } from '../ui/language.tsx';
import { Panel } from '../ui/panel.tsx';
import { IconButton } from '../ui/parts.tsx';
import { ShowLinks } from '../ui/show-links.tsx';
import { Avatar } from '../ui/tile.tsx';
import type { AudienceActions } from './audience-actions.ts';
import { audienceOf, type CrowdFound, countText, listedPosts, pollsInOrder, type ShowModel } from './core/model.ts';
import './show.css';
import { useShowWords } from './text.ts';
import { AutoScroll, ChatLine, PollCard, QuestionText } from './ui/talk.tsx';

interface PartProps {
  readonly model: ShowModel;
  readonly desk: AudienceActions;
}

interface AudiencePanelProps {
  readonly desk: AudienceActions;
  /** Links of the show that the page can make. */
  readonly links: readonly ShowLinkKind[];
  onCopyLink(kind: ShowLinkKind): void;
  onClose(): void;
}

export default function AudiencePanel({ desk, links, onCopyLink, onClose }: AudiencePanelProps) {
  const { say } = useShowWords();
  const model = useSyncExternalStore(desk.store.subscribe, desk.store.get);
  const shared = { model, desk };
  return (
    <Panel title={say('audience.title')} name="audience" onClose={onClose}>
      <div className="panel-scroll show-audience grid content-start gap-4">
        <Numbers model={model} />
        {links.length === 0 ? null : <ShowLinks links={links} onCopy={onCopyLink} />}
        <Hands {...shared} />
        <OnStage {...shared} />
        <People {...shared} />
        <Questions {...shared} />
        <Polls {...shared} />
        <Rules desk={desk} />
        <Messages {...shared} />
      </div>
    </Panel>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Numbers({ model: { viewers } }: { model: ShowModel }) {
  const { say, locale } = useShowWords();
  const t = useTranslate();
  const protocols = [...viewers].filter(([way, count]) => way !== 'show' && count > 0).sort((a, b) => b[1] - a[1]);
  return (
    <div className="show-numbers in-row flex-wrap gap-6px">
      <strong data-testid="audience-count">
        {say('audience.count', { count: countText(audienceOf(viewers), locale) })}
      </strong>
      {protocols.map(([way, count]) => (
        <span key={way} className="show-tag rounded-full bg-raised text-soft weight-600">
          {way === 'webrtc' ? say('way.webrtc') : protocolName(way, t)} {countText(count, locale)}
        </span>
      ))}
    </div>
  );
}

function Row({ identity, name, children }: { identity: string; name: string; children: ReactNode }) {
  return (
    <li className="show-person in-row gap-2" data-identity={identity}>
      <Avatar identity={identity} name={name || identity} className="tiny" />
      <span className="ellipsis" title={name || identity}>
        {name || identity}
      </span>
      {children}
    </li>
  );
}

interface ActOnProps {
  act: string;
  /** Name or text of the row, by which screen readers know equal buttons apart. */
  what: string;
  isPrimary?: boolean;
  testId?: string;
  onAct(): unknown;
}

function ActOn({ act, what, isPrimary = false, testId, onAct }: ActOnProps) {
  const { say } = useShowWords();
  return (
    <button
      type="button"
      className={isPrimary ? 'button small primary' : 'button small'}
      aria-label={say('audience.actOn', { act, what })}
      data-testid={testId}
      onClick={() => void onAct()}
    >
      {act}
    </button>
  );
}

function Hands({ model: { hands }, desk }: PartProps) {
  const { say } = useShowWords();
  return (
    <Part title={`${say('audience.hands')}${hands.length === 0 ? '' : ` · ${hands.length}`}`}>
      {hands.length === 0 ? <p className="faint small">{say('audience.noHands')}</p> : null}
      <ul>
        {hands.map(({ identity, name }) => (
          <Row key={identity} identity={identity} name={name}>
            <ActOn act={say('audience.lower')} what={name || identity} onAct={() => desk.stage(identity, false)} />
            <ActOn
              act={say('audience.bring')}
              what={name || identity}
              isPrimary
              testId="bring"
              onAct={() => desk.stage(identity, true)}
            />
          </Row>
        ))}
      </ul>
    </Part>
  );
}

function OnStage({ model: { stage }, desk }: PartProps) {
  const { say } = useShowWords();
  const guests = stage.filter(({ isHost }) => !isHost);
  if (guests.length === 0) return null;
  return (
    <Part title={say('audience.stage')}>
      <ul>
        {guests.map(({ identity, name }) => (
          <Row key={identity} identity={identity} name={name}>
            <ActOn
              act={say('audience.off')}
              what={name || identity}
              testId="off-stage"
              onAct={() => desk.stage(identity, false)}
            />
          </Row>
        ))}
      </ul>
    </Part>
  );
}

/** Pause in typing after which the search starts. */
const SEARCH_AFTER_MS = 300;

function People({ desk, model: { viewers } }: PartProps) {
  const { say } = useShowWords();
  const [prefix, setPrefix] = useState('');
  const [found, setFound] = useState<CrowdFound>({ people: [], total: 0, next: '' });
  const [personToRemove, setAsked] = useState<{ identity: string; name: string }>();
  const count = audienceOf(viewers);
  // biome-ignore lint/correctness/useExhaustiveDependencies: people that come and go change the list
  useEffect(() => {
    let isCancelled = false;
    const timer = setTimeout(() => {
      void desk.people(prefix, '').then((page) => !isCancelled && page !== undefined && setFound(page));
    }, SEARCH_AFTER_MS);
    return () => {
      isCancelled = true;
      clearTimeout(timer);
    };
  }, [desk, prefix, count]);
  const loadMore = async (): Promise<void> => {
    const page = await desk.people(prefix, found.next);
    if (page !== undefined) setFound({ ...page, people: [...found.people, ...page.people] });
  };
  return (
    <Part title={say('audience.people')}>
      <input
        className="input"
        type="search"
        value={prefix}
        placeholder={say('audience.search')}
        aria-label={say('audience.search')}
        data-testid="audience-search"
        onChange={({ target }) => setPrefix(target.value)}
      />
      <ul>
        {found.people.map(({ identity, name }) => (
          <Row key={identity} identity={identity} name={name}>
            <IconButton
              className="bare small"
              label={say('audience.actOn', { act: say('audience.bring'), what: name || identity })}
              onClick={() => void desk.stage(identity, true)}
            >
              <Hand size={17} />
            </IconButton>
            <IconButton
              className="bare small"
              label={say('audience.actOn', { act: say('audience.remove'), what: name || identity })}
              tipEnd
              onClick={() => setAsked({ identity, name: name || identity })}
            >
              <UserX size={17} />
            </IconButton>
          </Row>
        ))}
      </ul>
      {found.next === '' ? null : (
        <button type="button" className="button small" onClick={() => void loadMore()}>
          {say('audience.more')}
        </button>
      )}
      {personToRemove === undefined ? null : (
        <RemoveDialog person={personToRemove} desk={desk} onDone={() => setAsked(undefined)} />
      )}
    </Part>
  );
}

function RemoveDialog(props: { person: { identity: string; name: string }; desk: AudienceActions; onDone(): void }) {
  const { say } = useShowWords();
  const { person, desk, onDone } = props;
  const remove = (isForever: boolean): void => {
    void desk.remove(person.identity, isForever);
    onDone();
  };
  return (
    <div className="notice" role="alertdialog" aria-label={say('audience.removeAsk', { name: person.name })}>
      <p>{say('audience.removeAsk', { name: person.name })}</p>
      <div className="show-buttons">
        <button type="button" className="button small" onClick={onDone}>
          {say('audience.cancel')}
        </button>
        <button type="button" className="button small" onClick={() => remove(false)}>
          {say('audience.remove')}
        </button>
        <button type="button" className="button small danger" onClick={() => remove(true)}>
          <Ban size={16} aria-hidden="true" />
          {say('audience.ban')}
        </button>
      </div>
    </div>
  );
}

function Questions({ model: { questions }, desk }: PartProps) {
  const { say, locale } = useShowWords();
  if (questions.length === 0) return null;
  return (
    <Part title={say('audience.questions')}>
      <ul className="show-questions grid">
        {questions.map((question) => {
          const { postId, state, votes, text } = question;
          return (
            <li key={postId} data-state={state}>
              <span className="show-vote grid flex-none justify-items-center bg-none text-s weight-600 tabular">
                {countText(votes, locale)}
              </span>
              <div className="show-asked grid flex-1 gap-2 min-w-0">
                <QuestionText question={question} />
                <div className="show-buttons">
                  {state === 'open' ? (
                    <ActOn
                      act={say('audience.answering')}
                      what={text}
                      onAct={() => desk.setQuestion(postId, 'answering')}
                    />
                  ) : null}
                  {state === 'answered' ? null : (
                    <ActOn
                      act={say('audience.answered')}
                      what={text}
                      onAct={() => desk.setQuestion(postId, 'answered')}
                    />
                  )}
                  <ActOn act={say('post.remove')} what={text} onAct={() => desk.removePost(postId)} />
                </div>
              </div>
            </li>
          );
        })}
      </ul>
    </Part>
  );
}

function Polls({ model: { polls }, desk }: PartProps) {
  const { say } = useShowWords();
  const [isNew, setIsNew] = useState(false);
  return (
    <Part title={say('audience.polls')}>
      {pollsInOrder(polls).map((poll) => (
        <PollCard key={poll.pollId} poll={poll} mayVote={false}>
          <span className="show-buttons">
            {poll.closed ? null : (
              <ActOn act={say('audience.close')} what={poll.text} onAct={() => desk.closePoll(poll.pollId)} />
            )}
            <ActOn act={say('audience.delete')} what={poll.text} onAct={() => desk.removePoll(poll.pollId)} />
          </span>
        </PollCard>
      ))}
      {isNew ? (
        <PollMaker desk={desk} onDone={() => setIsNew(false)} />
      ) : (
        <button type="button" className="button small" data-testid="new-poll" onClick={() => setIsNew(true)}>
          <Plus size={16} aria-hidden="true" />
          {say('audience.newPoll')}
        </button>
      )}
    </Part>
  );
}

const OPTIONS_MAX = 12;

function PollMaker({ desk, onDone }: { desk: AudienceActions; onDone(): void }) {
  const { say } = useShowWords();
  const [text, setText] = useState('');
  const [options, setOptions] = useState<readonly string[]>(['', '']);
  const [many, setMany] = useState(false);
  const filledOptions = options.map((option) => option.trim()).filter((option) => option !== '');
  const isReady = text.trim() !== '' && filledOptions.length >= 2;
  const start = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isReady && (await desk.startPoll({ text: text.trim(), options: filledOptions, many }))) onDone();
  };
  return (
    <form className="show-maker grid gap-2" onSubmit={(event) => void start(event)}>
      <input
        className="input"
        value={text}
        placeholder={say('audience.pollText')}
        aria-label={say('audience.pollText')}
        data-testid="poll-text"
        onChange={({ target }) => setText(target.value)}
      />
      {options.map((option, at) => (
        <input
          // biome-ignore lint/suspicious/noArrayIndexKey: options are named by number
          key={at}
          className="input"
          value={option}
          placeholder={say('audience.pollOption', { number: at + 1 })}
          aria-label={say('audience.pollOption', { number: at + 1 })}
          onChange={({ target }) => setOptions(options.with(at, target.value))}
        />
      ))}
      <label className="show-switch inline-flex items-center text-soft text-s pointer">
        <input type="checkbox" checked={many} onChange={({ target }) => setMany(target.checked)} />
        <span>{say('audience.many')}</span>
      </label>
      <div className="show-buttons">
        {options.length < OPTIONS_MAX ? (
          <button type="button" className="button small" onClick={() => setOptions([...options, ''])}>
            {say('audience.addOption')}
          </button>
        ) : null}
        <button type="button" className="button small" onClick={onDone}>
          {say('audience.cancel')}
        </button>
        <button type="submit" className="button small primary" disabled={!isReady}>
          {say('audience.start')}
        </button>
      </div>
    </form>
  );
}

const slowSeconds = [0, 5, 15, 60] as const;

/** Shows the rules last set here, since the room does not report its rules to the page. */
function Rules({ desk }: Pick<PartProps, 'desk'>) {
  const { say } = useShowWords();
  const [slowS, setSlowS] = useState(0);
  const [isMuted, setIsMuted] = useState(false);
  const [words, setWords] = useState('');
  const [isSaved, setIsSaved] = useState(false);
  const [slowId, wordsId] = [useId(), useId()];
  const slow = async (seconds: number): Promise<void> => {
    if (await desk.setRules({ slowModeMs: seconds * 1000 })) setSlowS(seconds);
  };
  const mute = async (isOn: boolean): Promise<void> => {
    if (await desk.setRules({ postsMuted: isOn })) setIsMuted(isOn);
  };
  const save = async (): Promise<void> => {
    const postWords = words.split('\n').flatMap((word) => (word.trim() === '' ? [] : [word.trim()]));
    setIsSaved(await desk.setRules({ postWords }));
  };
  return (
    <Part title={say('audience.rules')}>
      <div className="show-maker grid gap-2">
        <label className="field-label" htmlFor={slowId}>
          {say('audience.slow')}
        </label>
        <select
          id={slowId}
          className="select"
          value={slowS}
          data-testid="slow-mode"
          onChange={({ target }) => void slow(Number(target.value))}
        >
          {slowSeconds.map((seconds) => (
            <option key={seconds} value={seconds}>
              {seconds === 0 ? say('audience.slowOff') : say('audience.slowSeconds', { seconds })}
            </option>
          ))}
        </select>
        <label className="show-switch inline-flex items-center text-soft text-s pointer">
          <input type="checkbox" checked={isMuted} onChange={({ target }) => void mute(target.checked)} />
          <span>{say('audience.muted')}</span>
        </label>
        <label className="field-label" htmlFor={wordsId}>
          {say('audience.words')}
        </label>
        <textarea
          id={wordsId}
          className="input"
          rows={3}
          value={words}
          onChange={({ target }) => {
            setWords(target.value);
            setIsSaved(false);
          }}
        />
        <div className="show-buttons">
          <span className="faint small">{say(isSaved ? 'audience.saved' : 'audience.wordsHint')}</span>
          <button type="button" className="button small" onClick={() => void save()}>
            {say('audience.saveWords')}
          </button>
        </div>
      </div>
    </Part>
  );
}

/** Maximum number of messages shown, of which the latest are kept. */
const MESSAGES_MAX = 60;

function Messages({ model: { posts, self }, desk }: PartProps) {
  const { say } = useShowWords();
  const lines = listedPosts(posts).slice(-MESSAGES_MAX);
  return (
    <Part title={say('audience.chat')}>
      {lines.length === 0 ? (
        <p className="faint small">{say('post.none')}</p>
      ) : (
        <div className="show-messages flex bordered rounded-m">
          <AutoScroll last={lines.at(-1)?.postId}>
            <ul className="show-lines grid">
              {lines.map((post) => (
                <ChatLine
                  key={post.postId}
                  post={post}
                  isOwn={post.identity === self.identity}
                  onRemove={() => void desk.removePost(post.postId)}
                />
              ))}
            </ul>
          </AutoScroll>
        </div>
      )}
    </Part>
  );
}
