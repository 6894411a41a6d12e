import { Lock, MessageSquare, Reply, Send } from 'lucide-react';
import { Fragment, useEffect, useRef, useState } from 'react';
import { chatParts } from '../core/chat-text.ts';
import { canReceivePrivate } from '../core/hosting.ts';
import { languageNames } from '../core/messages/translate.ts';
import type { ChatLine, ChatPeer, ParticipantModel } from '../core/model.ts';
import { browserTimeZone, timeFormat } from '../core/time-formats.ts';
import type { MeetingActions } from './actions.ts';
import { usePhone } from './hooks.ts';
import { useLanguage, useTranslate } from './language.tsx';
import { Panel } from './panel.tsx';
import { IconButton } from './parts.tsx';
import { Avatar } from './tile.tsx';

const TEXT_LENGTH_MAX = 4000; // below the protocol's limit of a message in any script
const GROUPED_MS = 120_000; // a person's lines within this time share one name

interface ChatPanelProps {
  lines: readonly ChatLine[];
  /** The only recipient; undefined: all. */
  to: ChatPeer | undefined;
  participants: readonly ParticipantModel[];
  actions: MeetingActions;
  onClose(): void;
}

export function ChatPanel({ lines, to, participants, actions, onClose }: ChatPanelProps) {
  const t = useTranslate();
  return (
    <Panel title={t('chat.title')} name="chat" onClose={onClose}>
      <Lines lines={lines} actions={actions} />
      <Composer to={to} others={participants.filter(canReceivePrivate)} actions={actions} />
    </Panel>
  );
}

function Lines({ lines, actions }: { lines: readonly ChatLine[]; actions: MeetingActions }) {
  const t = useTranslate();
  const { language } = useLanguage();
  const end = useRef<HTMLDivElement>(null);
  const count = lines.length;
  useEffect(() => {
    if (count > 0) end.current?.scrollIntoView({ block: 'end' });
  }, [count]);
  if (count === 0) {
    return (
      <div className="panel-empty grid flex-1 justify-items-center gap-6px text-soft text-center">
        <MessageSquare size={28} aria-hidden="true" />
        <strong>{t('chat.empty')}</strong>
        <p>{t('chat.emptyHint')}</p>
      </div>
    );
  }
  const clock = timeFormat('time', { locale: languageNames[language].tag, timeZone: browserTimeZone() });
  return (
    <div className="panel-scroll chat-lines" role="log" aria-label={t('chat.log')}>
      {lines.map((line, at) => {
        const before = lines[at - 1];
        const follows =
          before?.identity === line.identity &&
          before.earlier === line.earlier &&
          before.privateWith?.identity === line.privateWith?.identity &&
          line.wallMs - before.wallMs < GROUPED_MS;
        return (
          <Fragment key={line.id}>
            {before?.earlier && !line.earlier ? (
              <p className="chat-divide text-faint text-xs text-center">{t('chat.sinceYouCame')}</p>
            ) : null}
            <div
              className="chat-line grid"
              data-follows={follows ? '' : undefined}
              data-local={line.local ? '' : undefined}
              data-private={line.privateWith === undefined ? undefined : ''}
              data-testid="chat-line"
            >
              {follows ? null : (
                <>
                  <Avatar identity={line.identity} name={line.name} className="tiny" />
                  <p className="chat-sender flex items-baseline gap-2 min-w-0 text-s">
                    <strong className="ellipsis">{line.name}</strong>
                    <time dateTime={new Date(line.wallMs).toISOString()}>{clock(line.wallMs)}</time>
                  </p>
                  <PrivateMark line={line} onReply={(to) => actions.dispatch({ type: 'chatTo', to })} />
                </>
              )}
              <ChatText text={line.text} />
            </div>
          </Fragment>
        );
      })}
      <div ref={end} />
    </div>
  );
}

/** Message text with its URLs as links, which open in a new tab without referrer. */
function ChatText({ text }: { text: string }) {
  return (
    <p className="chat-text text-plain anywhere">
      {chatParts(text).map((part, at) =>
        part.href === undefined ? (
          part.text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: a text never changes
          <a key={at} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        ),
      )}
    </p>
  );
}

/** Marks a private line, and replies to it privately. */
function PrivateMark({ line, onReply }: { line: ChatLine; onReply(to: ChatPeer): void }) {
  const t = useTranslate();
  const { privateWith, local } = line;
  if (privateWith === undefined) return null;
  return (
    <p className="chat-private in-row min-w-0 text-accent text-xs weight-600">
      <Lock size={12} aria-hidden="true" />
      <span className="ellipsis">{local ? t('chat.onlyTo', { name: privateWith.name }) : t('chat.onlyToYou')}</span>
      {local ? null : (
        <button type="button" onClick={() => onReply(privateWith)}>
          <Reply size={13} aria-hidden="true" />
          {t('chat.reply')}
        </button>
      )}
    </p>
  );
}

interface ComposerProps {
  to: ChatPeer | undefined;
  /** Participants that can get private messages. */
  others: readonly ParticipantModel[];
  actions: MeetingActions;
}

function Composer({ to, others, actions }: ComposerProps) {
  const t = useTranslate();
  const [text, setText] = useState('');
  const [sending, setSending] = useState(false);
  const phone = usePhone();
  const field = useRef<HTMLTextAreaElement>(null);
  const current = others.find(({ identity }) => identity === to?.identity);
  // A private message must reach no other person, so the choice stays when the recipient leaves.
  const isGone = to !== undefined && current === undefined;
  const name = current?.name ?? to?.name ?? '';
  const placeholder = to === undefined ? t('chat.placeholder') : t('chat.placeholderTo', { name });
  useEffect(() => {
    if (!phone) field.current?.focus({ preventScroll: true }); // on a phone the keyboard would cover the messages
  }, [phone]);
  const send = async (): Promise<void> => {
    const words = text.trim();
    if (words === '' || sending || isGone) return;
    setSending(true);
    const sent = await actions.sendChat(words);
    setSending(false);
    if (sent) setText('');
  };
  return (
    <form
      className="composer flex flex-wrap gap-2 p-3"
      data-private={to === undefined ? undefined : ''}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Recipients to={to} isGone={isGone} others={others} actions={actions} />
      <textarea
        ref={field}
        className="input"
        rows={1}
        maxLength={TEXT_LENGTH_MAX}
        value={text}
        placeholder={placeholder}
        aria-label={placeholder}
        data-testid="chat-input"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          // composing: Enter chooses a Chinese word
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      <IconButton
        className={text.trim() === '' ? '' : 'active'}
        type="submit"
        label={t('chat.send')}
        tipEnd
        disabled={text.trim() === '' || sending || isGone}
      >
        <Send size={19} />
      </IconButton>
    </form>
  );
}

/** Recipient of the next line; hidden when there are no others. */
function Recipients({ to, isGone, others, actions }: ComposerProps & { isGone: boolean }) {
  const t = useTranslate();
  if (others.length === 0 && to === undefined) return null;
  const byName = [...others].sort((a, b) => a.name.localeCompare(b.name));
  const choose = (identity: string): void => {
    const recipient = others.find((one) => one.identity === identity);
    actions.dispatch({ type: 'chatTo', ...(recipient && { to: { identity, name: recipient.name } }) });
  };
  return (
    <>
      <label className="chat-to in-row gap-6px min-w-0 text-soft text-s">
        {to === undefined ? null : <Lock size={13} aria-hidden="true" />}
        <span>{t('chat.to')}</span>
        <select
          className="select"
          value={to?.identity ?? ''}
          data-testid="chat-to"
          onChange={(event) => choose(event.target.value)}
        >
          <option value="">{t('chat.everyone')}</option>
          {isGone ? <option value={to?.identity}>{to?.name}</option> : null}
          {byName.map(({ identity, name }) => (
            <option key={identity} value={identity}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {isGone ? (
        <p className="field-error" role="status" data-testid="chat-gone">
          {t('chat.gone', { name: to?.name ?? '' })}
        </p>
      ) : null}
    </>
  );
}
