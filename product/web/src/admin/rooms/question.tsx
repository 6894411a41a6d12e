import { useState, useSyncExternalStore } from 'react';
import { Choose } from '../../account/ui/fields.tsx';
import { useTexts } from '../text.ts';
import { AskDialog } from '../ui/ask-dialog.tsx';
import type { Question, RoomActs } from './acts.ts';
import type { Ban, Room } from './api.ts';
import { titleOf } from './core/people.ts';
import { roomTexts } from './text.ts';

export function RoomQuestion({ acts, room }: { acts: RoomActs; room: Room }) {
  const question = useSyncExternalStore(acts.question.subscribe, acts.question.get);
  return question === undefined ? null : <QuestionDialog {...{ acts, room, question }} />;
}

const bans: readonly Ban[] = ['none', 'hour', 'forever'];

function QuestionDialog({ acts, room, question }: { acts: RoomActs; room: Room; question: Question }) {
  const { say } = useTexts(roomTexts);
  const [ban, setBan] = useState<Ban>('none');
  const { ask } = question;
  const values =
    question.ask === 'end'
      ? { room: titleOf(room), count: room.numParticipants }
      : { name: question.name, source: question.ask === 'mute' ? question.source : '' };
  return (
    <AskDialog
      title={say(`${ask}Title`, values)}
      button={say(ask)}
      isDangerous={ask !== 'mute'}
      failed={say('failed')}
      act={() => acts.confirm(ban)}
      onClose={acts.cancel}
    >
      <p className="admin-question">{say(`${ask}Text`, values)}</p>
      {ask === 'remove' ? (
        <Choose
          label={say('ban')}
          value={ban}
          options={bans.map((one) => [one, say(`ban.${one}`)] as const)}
          onChoose={(one) => setBan(one)}
        />
      ) : null}
    </AskDialog>
  );
}
