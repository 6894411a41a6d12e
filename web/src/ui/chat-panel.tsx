import { MessageSquare, Send } from 'lucide-react';
import { Fragment, useEffect, useRef, useState } from 'react';
import { chatParts } from '../core/chat-text.ts';
import { languageNames } from '../core/messages/translate.ts';
import type { ChatLine } from '../core/model.ts';
import { usePhone } from './hooks.ts';
import { useLanguage, useTranslate } from './language.tsx';
import { Panel } from './panel.tsx';
import { IconButton } from './parts.tsx';
import { Avatar } from './tile.tsx';

const TEXT_LENGTH_MAX = 4000; // stays under the protocol's 15 kB in UTF-8, whatever the script
const SAME_BREATH_MS = 120_000; // lines of one person within this time stand under one name

interface ChatPanelProps {
  lines: readonly ChatLine[];
  onSend(text: string): Promise<boolean>;
  onClose(): void;
}

export function ChatPanel({ lines, onSend, onClose }: ChatPanelProps) {
  const t = useTranslate();
  return (
    <Panel title={t('chat.title')} name="chat" onClose={onClose}>
      <Lines lines={lines} />
      <Composer onSend={onSend} />
    </Panel>
  );
}

function Lines({ lines }: { lines: readonly ChatLine[] }) {
  const t = useTranslate();
  const { language } = useLanguage();
  const end = useRef<HTMLDivElement>(null);
  const count = lines.length;
  useEffect(() => {
    if (count > 0) end.current?.scrollIntoView({ block: 'end' });
  }, [count]);
  if (count === 0) {
    return (
      <div className="panel-empty">
        <MessageSquare size={28} aria-hidden="true" />
        <strong>{t('chat.empty')}</strong>
        <p>{t('chat.emptyHint')}</p>
      </div>
    );
  }
  const clock = new Intl.DateTimeFormat(languageNames[language].tag, { hour: '2-digit', minute: '2-digit' });
  return (
    <div className="panel-scroll chat-lines" role="log" aria-label={t('chat.log')}>
      {lines.map((line, at) => {
        const before = lines[at - 1];
        const follows =
          before?.identity === line.identity &&
          before.earlier === line.earlier &&
          line.wallMs - before.wallMs < SAME_BREATH_MS;
        return (
          <Fragment key={line.id}>
            {before?.earlier && !line.earlier ? <p className="chat-divide">{t('chat.sinceYouCame')}</p> : null}
            <div className="chat-line" data-follows={follows ? '' : undefined} data-local={line.local ? '' : undefined}>
              {follows ? null : (
                <>
                  <Avatar identity={line.identity} name={line.name} className="tiny" />
                  <p className="chat-who">
                    <strong className="ellipsis">{line.name}</strong>
                    <time dateTime={new Date(line.wallMs).toISOString()}>{clock.format(line.wallMs)}</time>
                  </p>
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

/** What was written, its addresses as links. They open beside the meeting, and learn nothing of it. */
function ChatText({ text }: { text: string }) {
  return (
    <p className="chat-text">
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

function Composer({ onSend }: { onSend(text: string): Promise<boolean> }) {
  const t = useTranslate();
  const [text, setText] = useState('');
  const [sending, setSending] = useState(false);
  const phone = usePhone();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!phone) field.current?.focus({ preventScroll: true }); // on a phone the keyboard would cover what was said
  }, [phone]);
  const send = async (): Promise<void> => {
    const words = text.trim();
    if (words === '' || sending) return;
    setSending(true);
    const sent = await onSend(words);
    setSending(false);
    if (sent) setText('');
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <textarea
        ref={field}
        className="input"
        rows={1}
        maxLength={TEXT_LENGTH_MAX}
        value={text}
        placeholder={t('chat.placeholder')}
        aria-label={t('chat.placeholder')}
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
        disabled={text.trim() === '' || sending}
      >
        <Send size={19} />
      </IconButton>
    </form>
  );
}
