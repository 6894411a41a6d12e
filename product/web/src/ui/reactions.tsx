import { Hand } from 'lucide-react';
import { createContext, useContext } from 'react';
import { reactions, type ShownReactions } from '../core/reactions.ts';
import type { MeetingActions } from './actions.ts';
import { useTranslate } from './language.tsx';
import { Popover } from './popover.tsx';

/** Current reactions, by session. */
export const Reactions = createContext<ShownReactions>(new Map());

export function TileReaction({ sessionId }: { sessionId: string }) {
  const shown = useContext(Reactions).get(sessionId);
  if (shown === undefined) return null;
  return (
    <span
      key={shown.untilMs}
      className="tile-reaction absolute pointer-none"
      role="img"
      aria-label={shown.reaction}
      data-testid="reaction"
    >
      {shown.reaction}
    </span>
  );
}

/** The user's hand and reactions; stays open for several, until closed. */
export function ReactionsPopover(props: { isRaised: boolean; actions: MeetingActions; onClose(): void }) {
  const t = useTranslate();
  const { isRaised, actions, onClose } = props;
  return (
    <Popover name="reactions" title={t('control.react')} bare onClose={onClose}>
      <div className="reactions">
        {reactions.map((reaction) => (
          <button key={reaction} type="button" onClick={() => actions.react(reaction)}>
            {reaction}
          </button>
        ))}
      </div>
      <button
        type="button"
        className={isRaised ? 'button' : 'button primary'}
        data-testid="hand"
        onClick={() => {
          onClose();
          actions.host({ do: 'hand', raised: !isRaised });
        }}
      >
        <Hand size={18} />
        {t(isRaised ? 'control.handLower' : 'control.handRaise')}
      </button>
    </Popover>
  );
}
