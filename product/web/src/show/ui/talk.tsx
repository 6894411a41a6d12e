// Shows the column beside the picture: chat, questions with votes, polls with results.
import { ChevronUp, CircleHelp, Megaphone, MessageSquare, Send, Trash2, Vote } from 'lucide-react';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { chatParts } from '../../core/chat-text.ts';
import { IconButton } from '../../ui/parts.tsx';
import { Avatar } from '../../ui/tile.tsx';
import {
  countText,
  danmakuColours,
  listedPosts,
  POST_LENGTH_MAX,
  pollsInOrder,
  postText,
  type ShowModel,
  type ShowPoll,
  type ShowPost,
  sharesOf,
  styleFor,
} from '../core/model.ts';
import { useShowWords } from '../text.ts';

export interface TalkActions {
  post(o: {
    kind: 'chat' | 'danmaku' | 'question';
    text: string;
    style?: string;
    pictureWallMs?: number;
  }): Promise<boolean>;
  voteQuestion(postId: string): Promise<void>;
  votePoll(pollId: string, options: readonly number[]): Promise<void>;
}

interface TalkProps {
  readonly model: ShowModel;
  readonly desk: TalkActions;
  /** Returns the capture time of the picture that the author sees; undefined when unknown. */
  pictureWallMs(): number | undefined;
}

const tabs = ['chat', 'questions', 'polls'] as const;
type Tab = (typeof tabs)[number];

export function Talk(props: TalkProps) {
  const { say } = useShowWords();
  const [tab, setTab] = useState<Tab>('chat');
  const { questions, polls } = props.model;
  const counts: Readonly<Record<Tab, number>> = {
    chat: 0,
    questions: questions.filter(({ state }) => state !== 'answered').length,
    polls: polls.filter(({ closed }) => !closed).length,
  };
  return (
    <aside className="show-talk flex min-w-0 overflow-hidden bordered rounded-m bg-surface">
      <div className="show-tabs flex flex-none" role="tablist">
        {tabs.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            aria-selected={one === tab}
            data-testid={`tab-${one}`}
            onClick={() => setTab(one)}
          >
            {say(`tab.${one}`)}
            {counts[one] > 0 ? (
              <span className="show-count rounded-full text-accent text-xs">{counts[one]}</span>
            ) : null}
          </button>
        ))}
      </div>
      {tab === 'chat' ? <Chat {...props} /> : tab === 'questions' ? <Questions {...props} /> : <Polls {...props} />}
    </aside>
  );
}

function Chat({ model, desk, pictureWallMs }: TalkProps) {
  const { say } = useShowWords();
  const lines = listedPosts(model.posts);
  return (
    <>
      <AutoScroll last={lines.at(-1)?.postId}>
        {lines.length === 0 ? (
          <Empty icon={<MessageSquare size={28} />} title={say('post.none')} text={say('post.noneText')} />
        ) : (
          <ul className="show-lines grid" role="log">
            {lines.map((post) => (
              <ChatLine key={post.postId} post={post} isOwn={post.identity === model.self.identity} />
            ))}
          </ul>
        )}
      </AutoScroll>
      <Composer mayPost={model.self.mayPost} desk={desk} pictureWallMs={pictureWallMs} />
    </>
  );
}

export function ChatLine(props: { post: ShowPost; isOwn: boolean; onRemove?: () => void }) {
  const { say } = useShowWords();
  const { post, isOwn, onRemove } = props;
  if (post.kind === 'announcement')
    return (
      <li className="show-announcement flex gap-2 rounded-s text-plain text-s">
        <Megaphone size={16} aria-label={say('post.announcement')} />
        <span>{post.text}</span>
      </li>
    );
  const colour = /^#[0-9a-f]{6}/i.exec(post.style)?.[0];
  return (
    <li
      className="show-line flex gap-2"
      data-testid="show-line"
      data-own={isOwn ? '' : undefined}
      data-kind={post.kind}
    >
      <Avatar identity={post.identity} name={post.name} className="tiny" />
      <p>
        <strong>{post.name}</strong>
        {post.kind === 'question' ? (
          <span className="show-tag rounded-full bg-raised text-soft weight-600">{say('post.question')}</span>
        ) : null}
        {colour === undefined ? null : <span className="show-dot" style={{ background: colour }} aria-hidden="true" />}
        <span className="show-words anywhere">
          {chatParts(post.text).map((part, at) =>
            part.href === undefined ? (
              part.text
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: a text never changes
              <a key={at} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
                {part.text}
              </a>
            ),
          )}
        </span>
      </p>
      {onRemove === undefined ? null : (
        <IconButton className="bare small" label={say('post.removeOf', { name: post.name })} tipEnd onClick={onRemove}>
          <Trash2 size={16} />
        </IconButton>
      )}
    </li>
  );
}

/** Scrolls to new lines, unless the user has scrolled up. */
export function AutoScroll({ last, children }: { last: string | undefined; children: ReactNode }) {
  const { say } = useShowWords();
  const ref = useRef<HTMLDivElement>(null);
  const [isAtEnd, setIsAtEnd] = useState(true);
  const toEnd = (): void => ref.current?.scrollTo({ top: ref.current.scrollHeight });
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new line scrolls
  useEffect(() => {
    if (isAtEnd) toEnd();
  }, [last, isAtEnd]);
  return (
    <div
      ref={ref}
      className="show-scroll"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
        setIsAtEnd(scrollHeight - scrollTop - clientHeight < 40)
      }
    >
      {children}
      {isAtEnd ? null : (
        <button type="button" className="button small show-newest flex-none" onClick={toEnd}>
          {say('post.newest')}
        </button>
      )}
    </div>
  );
}

export function Empty({ icon, title, text }: { icon: ReactNode; title: string; text: string }) {
  return (
    <div className="panel-empty grid flex-1 justify-items-center gap-6px text-soft text-center">
      {icon}
      <strong>{title}</strong>
      <p>{text}</p>
    </div>
  );
}

function Composer({ mayPost, desk, pictureWallMs }: { mayPost: boolean } & Pick<TalkProps, 'desk' | 'pictureWallMs'>) {
  const { say } = useShowWords();
  const [text, setText] = useState('');
  const [isDanmaku, setIsDanmaku] = useState(true);
  const [colour, setColour] = useState<string>(danmakuColours[0]);
  const [isSending, setIsSending] = useState(false);
  if (!mayPost) return <p className="show-note flex-none text-faint text-s">{say('post.mayNot')}</p>;
  const words = postText(text, isDanmaku);
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (words === '' || isSending) return;
    setIsSending(true);
    const seenMs = pictureWallMs();
    const isSent = await desk.post({
      kind: isDanmaku ? 'danmaku' : 'chat',
      text: words,
      ...(isDanmaku && { style: styleFor(colour) }),
      ...(seenMs !== undefined && { pictureWallMs: Math.round(seenMs) }),
    });
    setIsSending(false);
    if (isSent) setText('');
  };
  const placeholder = say(isDanmaku ? 'post.danmakuPlaceholder' : 'post.placeholder');
  return (
    <form className="show-composer flex flex-none flex-wrap gap-2 p-3" onSubmit={(event) => void send(event)}>
      <div className="show-kind in-row flex-wrap justify-between">
        <label
          className="show-switch inline-flex items-center text-soft text-s pointer"
          title={say('post.asDanmakuHint')}
        >
          <input
            type="checkbox"
            checked={isDanmaku}
            data-testid="as-danmaku"
            onChange={({ target }) => setIsDanmaku(target.checked)}
          />
          <span>{say('post.asDanmaku')}</span>
        </label>
        {isDanmaku ? <Colours colour={colour} onColour={setColour} /> : null}
      </div>
      <input
        className="input"
        value={text}
        maxLength={POST_LENGTH_MAX}
        placeholder={placeholder}
        aria-label={placeholder}
        enterKeyHint="send"
        autoComplete="off"
        data-testid="show-input"
        onChange={({ target }) => setText(target.value)}
      />
      <IconButton
        type="submit"
        className={words === '' ? '' : 'active'}
        label={say('post.send')}
        tipEnd
        disabled={words === '' || isSending}
        data-testid="show-send"
      >
        <Send size={19} />
      </IconButton>
    </form>
  );
}

function Colours({ colour, onColour }: { colour: string; onColour(colour: string): void }) {
  const { say } = useShowWords();
  return (
    <div className="show-colours flex" role="radiogroup" aria-label={say('danmaku.colour')}>
      {danmakuColours.map((one, at) => (
        <label key={one} style={{ background: one }}>
          <input
            type="radio"
            name="danmaku-colour"
            className="visually-hidden"
            checked={one === colour}
            aria-label={say('danmaku.colourOf', { number: at + 1 })}
            onChange={() => onColour(one)}
          />
        </label>
      ))}
    </div>
  );
}

function Questions({ model, desk }: TalkProps) {
  const { say, locale } = useShowWords();
  const { questions, votedQuestions, self } = model;
  const [text, setText] = useState('');
  const submitQuestion = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const words = postText(text, false);
    if (words !== '' && (await desk.post({ kind: 'question', text: words }))) setText('');
  };
  return (
    <>
      <div className="show-scroll">
        {questions.length === 0 ? (
          <Empty icon={<CircleHelp size={28} />} title={say('question.none')} text={say('question.noneText')} />
        ) : (
          <ul className="show-questions grid">
            {questions.map((question) => {
              const isVoted = votedQuestions.has(question.postId) || question.identity === self.identity;
              const count = countText(question.votes, locale);
              return (
                <li key={question.postId} data-state={question.state} data-testid="question">
                  <button
                    type="button"
                    className="show-vote grid flex-none justify-items-center bg-none text-s weight-600 tabular"
                    aria-pressed={isVoted}
                    aria-label={say(isVoted ? 'question.voted' : 'question.vote', { count })}
                    disabled={isVoted || question.state === 'answered' || !self.mayPost}
                    onClick={() => void desk.voteQuestion(question.postId)}
                  >
                    <ChevronUp size={18} aria-hidden="true" />
                    {count}
                  </button>
                  <QuestionText question={question} />
                </li>
              );
            })}
          </ul>
        )}
      </div>
      {self.mayPost ? (
        <form
          className="show-composer flex flex-none flex-wrap gap-2 p-3"
          onSubmit={(event) => void submitQuestion(event)}
        >
          <input
            className="input"
            value={text}
            maxLength={POST_LENGTH_MAX}
            placeholder={say('question.placeholder')}
            aria-label={say('question.placeholder')}
            autoComplete="off"
            data-testid="question-input"
            onChange={({ target }) => setText(target.value)}
          />
          <button type="submit" className="button primary" disabled={text.trim() === ''}>
            {say('question.ask')}
          </button>
        </form>
      ) : (
        <p className="show-note flex-none text-faint text-s">{say('post.mayNot')}</p>
      )}
    </>
  );
}

export function QuestionText({ question }: { question: ShowPost }) {
  const { say } = useShowWords();
  const { state, name, text } = question;
  return (
    <div className="show-question flex-1 min-w-0">
      {state === 'answering' || state === 'answered' ? (
        <span className="show-tag rounded-full bg-raised text-soft weight-600" data-state={state}>
          {say(`question.${state}`)}
        </span>
      ) : null}
      <p className="show-words anywhere">{text}</p>
      <p className="faint small ellipsis">{name}</p>
    </div>
  );
}

function Polls({ model, desk }: TalkProps) {
  const { say } = useShowWords();
  const polls = pollsInOrder(model.polls);
  if (polls.length === 0)
    return (
      <div className="show-scroll">
        <Empty icon={<Vote size={28} />} title={say('poll.none')} text={say('poll.noneText')} />
      </div>
    );
  return (
    <div className="show-scroll">
      {polls.map((poll) => (
        <PollCard
          key={poll.pollId}
          poll={poll}
          voted={model.votedOptions.get(poll.pollId)}
          mayVote={model.self.mayPost}
          onVote={(options) => desk.votePoll(poll.pollId, options)}
        />
      ))}
    </div>
  );
}

interface PollProps {
  readonly poll: ShowPoll;
  readonly voted?: readonly number[] | undefined;
  readonly mayVote: boolean;
  onVote?(options: readonly number[]): Promise<void>;
  readonly children?: ReactNode;
}

/** Shows the options of a poll before the user's vote, and the results afterwards or when the poll has ended. */
export function PollCard({ poll, voted, mayVote, onVote, children }: PollProps) {
  const { say, locale } = useShowWords();
  const [chosen, setChosen] = useState<readonly number[]>(voted ?? []);
  const [isChanging, setIsChanging] = useState(false);
  const votes = poll.options.reduce((sum, option) => sum + option.votes, 0);
  const isVoting = mayVote && !poll.closed && onVote !== undefined && (voted === undefined || isChanging);
  const choose = (at: number, isOn: boolean): void =>
    setChosen(poll.many ? [...chosen.filter((one) => one !== at), ...(isOn ? [at] : [])].sort((a, b) => a - b) : [at]);
  const vote = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    await onVote?.(chosen);
    setIsChanging(false);
  };
  return (
    <form
      className="show-poll grid flex-none gap-2 p-3 bordered rounded-m"
      data-testid="poll"
      onSubmit={(event) => void vote(event)}
    >
      <h3>{poll.text}</h3>
      {isVoting ? (
        <PollChoices poll={poll} chosen={chosen} onChoose={choose} />
      ) : (
        <PollResults poll={poll} chosen={voted ?? []} />
      )}
      <footer>
        <span className="faint small">
          {votes === 1 ? say('poll.vote1') : say('poll.votes', { count: countText(votes, locale) })}
          {poll.closed ? ` · ${say('poll.closed')}` : poll.many ? ` · ${say('poll.many')}` : ''}
        </span>
        {isVoting ? (
          <button type="submit" className="button small primary" disabled={chosen.length === 0}>
            {say('poll.vote')}
          </button>
        ) : voted !== undefined && !poll.closed ? (
          <button type="button" className="button small" onClick={() => setIsChanging(true)}>
            {say('poll.change')}
          </button>
        ) : null}
        {children}
      </footer>
    </form>
  );
}

function PollChoices(props: { poll: ShowPoll; chosen: readonly number[]; onChoose(at: number, isOn: boolean): void }) {
  const { poll, chosen, onChoose } = props;
  return poll.options.map(({ text }, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the service names options by number
    <label key={at} className="show-choice pointer in-row relative overflow-hidden bordered rounded-s">
      <input
        type={poll.many ? 'checkbox' : 'radio'}
        name={poll.pollId}
        checked={chosen.includes(at)}
        onChange={({ target }) => onChoose(at, target.checked)}
      />
      <span>{text}</span>
    </label>
  ));
}

function PollResults({ poll, chosen }: { poll: ShowPoll; chosen: readonly number[] }) {
  const shares = sharesOf(poll);
  return poll.options.map(({ text }, at) => (
    <div
      // biome-ignore lint/suspicious/noArrayIndexKey: the service names options by number
      key={at}
      className="show-result in-row relative overflow-hidden bordered rounded-s"
      data-chosen={chosen.includes(at) ? '' : undefined}
    >
      <span className="show-bar absolute bg-raised" style={{ width: `${shares[at] ?? 0}%` }} />
      <span className="show-words anywhere">{text}</span>
      <span className="relative weight-600 tabular">{shares[at] ?? 0} %</span>
    </div>
  ));
}
