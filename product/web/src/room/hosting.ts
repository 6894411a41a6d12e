import type { Room } from '@meridian/sdk-web';
import type { HostAct } from '../core/hosting.ts';

/** Resolves when the service has executed the act. Rejects with its refusal. */
export function perform({ acts }: Room, act: HostAct): Promise<void> {
  switch (act.do) {
    case 'mute':
      return acts.mute(act.identity, { source: act.source });
    case 'askUnmute':
      return acts.askUnmute(act.identity, 'microphone');
    case 'muteEverybody':
      return acts.muteEverybody();
    case 'role':
      return acts.setRole(act.identity, act.role);
    case 'remove':
      return acts.remove(act.identity, { forever: act.forever });
    case 'spotlight':
      return acts.setRoom({ spotlight: act.identities });
    case 'lock':
      return acts.setRoom({ locked: act.on });
    case 'lobby':
      return acts.setRoom({ lobby: act.on });
    case 'show':
      return acts.setRoom({ kind: act.on ? 'show' : '' });
    case 'admit':
      return acts.admit(act.waitIds);
    case 'refuse':
      return acts.refuse(act.waitIds);
    case 'hand':
      return act.raised ? acts.raiseHand() : acts.lowerHand();
    case 'lowerHand':
      return acts.lowerHand(act.identity);
    case 'lowerHands':
      return acts.lowerAllHands();
    case 'record':
      return act.on ? recordingStarted(acts, act) : acts.stopRecording();
    case 'recordingLayout':
      return acts.setRecordingLayout(act.layout);
    case 'extend':
      return acts.setRoom({ endsAtMs: act.endsAtMs });
    case 'breakOuts':
      return acts.setBreakOuts(act.list);
    case 'announce':
      return acts.announce(act.text);
    case 'end':
      return acts.end();
  }
}

async function recordingStarted(
  acts: Room['acts'],
  { mode, layout }: Extract<HostAct, { do: 'record'; on: true }>,
): Promise<void> {
  await acts.startRecording({
    ...(mode !== undefined && { mode }),
    ...(layout !== undefined && { layout }),
  });
}
