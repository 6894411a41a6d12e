import {
  ArrowDownToLine,
  ArrowUpToLine,
  HandMetal,
  MessageSquareLock,
  Mic,
  MicOff,
  Pencil,
  Spotlight,
  UserMinus,
  UserPlus,
  UserX,
  VideoOff,
} from 'lucide-react';
import { useEffect, useRef } from 'react';
import { actOf, type PersonChoice } from '../core/hosting.ts';
import type { ParticipantModel } from '../core/model.ts';
import type { MeetingActions } from './actions.ts';
import { useTranslate } from './language.tsx';

const icons = {
  message: MessageSquareLock,
  rename: Pencil,
  mute: MicOff,
  askUnmute: Mic,
  stopVideo: VideoOff,
  spotlight: Spotlight,
  spotlightOff: Spotlight,
  cohost: UserPlus,
  cohostOff: UserMinus,
  stage: ArrowUpToLine,
  stageOff: ArrowDownToLine,
  lowerHand: HandMetal,
  remove: UserX,
} as const satisfies Record<PersonChoice, unknown>;

interface PersonMenuProps {
  person: ParticipantModel;
  choices: readonly PersonChoice[];
  spotlight: readonly string[];
  actions: MeetingActions;
  onRename(): void;
  onRemove(): void;
  onDone(): void;
}

/** Actions on a participant or oneself, as rows below the name, so that they fit phones too. */
export function PersonMenu({ person, choices, spotlight, actions, onRename, onRemove, onDone }: PersonMenuProps) {
  const t = useTranslate();
  const menu = useRef<HTMLUListElement>(null);
  useEffect(() => {
    // Some browsers return a promise, which is no clean-up function, so it must not be returned.
    menu.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <ul ref={menu} className="person-menu" data-testid="person-menu">
      {choices.map((choice) => {
        const Icon = icons[choice];
        return (
          <li key={choice}>
            <button
              type="button"
              data-choice={choice}
              onClick={() => {
                if (choice === 'remove') return onRemove();
                onDone();
                if (choice === 'rename') return onRename();
                if (choice === 'message')
                  return actions.dispatch({ type: 'chatTo', to: { identity: person.identity, name: person.name } });
                actions.host(actOf(choice, person.identity, spotlight));
              }}
            >
              <Icon size={17} />
              {t(`person.${choice}`)}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
