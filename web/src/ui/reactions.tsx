import { Hand } from 'lucide-react';
import { createContext, useContext } from 'react';
import { reactions, type ShownReactions } from '../core/reactions.ts';
import type { MeetingActions } from './actions.ts';
import { Dialog } from './dialog.tsx';
import { useTranslate } from './language.tsx';

/** What people show just now, by session. */
export const Reactions = createContext<ShownReactions>(new Map());

/** The sign on the tile of a participant, while it is shown. */
export function TileReaction({ sessionId }: { sessionId: string }) {
  const shown = useContext(Reactions).get(sessionId);
  if (shown === undefined) return null;
  return (
    <span key={shown.untilMs} className="tile-reaction" role="img" aria-label={shown.reaction} data-testid="reaction">
      {shown.reaction}
    </span>
  );
}

/** One's own hand and signs. */
export function ReactionsDialog(props: { isRaised: boolean; actions: MeetingActions; onClose(): void }) {
  const t = useTranslate();
  const { isRaised, actions, onClose } = props;
  const andClose = (run: () => void) => () => {
    onClose();
    run();
  };
  return (
    <Dialog title={t('control.react')} className="sheet" onClose={onClose}>
      <div className="reactions">
        {reactions.map((reaction) => (
          <button key={reaction} type="button" onClick={andClose(() => actions.react(reaction))}>
            {reaction}
          </button>
        ))}
      </div>
      <div className="dialog-row">
        <button
          type="button"
          className={isRaised ? 'button' : 'button primary'}
          data-testid="hand"
          onClick={andClose(() => actions.host({ do: 'hand', raised: !isRaised }))}
        >
          <Hand size={18} />
          {t(isRaised ? 'control.handLower' : 'control.handRaise')}
        </button>
      </div>
    </Dialog>
  );
}
