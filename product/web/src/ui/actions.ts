import type { BackgroundChoice, EffectsModel, EffectsProblem } from '../core/effects.ts';
import type { HostAct } from '../core/hosting.ts';
import type { MeetingAction } from '../core/meeting.ts';
import type { DeviceKind, MicrophoneTestPhase } from '../core/model.ts';
import type { Reaction } from '../core/reactions.ts';
import type { AudienceDesk } from '../show/desk.ts';

/** Loudspeaker and microphone, as they are chosen now. Both reject as the browser does. */
export interface SoundTests {
  /** Resolves when it is over. */
  playSound(): Promise<void>;
  /** Resolves when what one said has been played, or `signal` ends it. */
  tryMicrophone(o: {
    phase(phase: MicrophoneTestPhase): void;
    /** 0 … 1, many times a second while it records. */
    level(level: number): void;
    signal: AbortSignal;
  }): Promise<void>;
}

/** Effects on the own picture and sound, once their code is there. */
export interface EffectsHandle {
  readonly store: { get(): EffectsModel; subscribe(listener: () => void): () => void };
  choose(background: BackgroundChoice): Promise<void>;
  setNoise(on: boolean): Promise<void>;
  /** A file of the user's, which becomes the background. */
  chooseImage(file: Blob): Promise<void>;
}
export interface EffectsSwitches {
  /** Why one is off; known without their code. */
  readonly problem: { get(): EffectsProblem | undefined; subscribe(listener: () => void): () => void };
  /** Loads their code; rejects when it cannot be loaded. */
  load(): Promise<EffectsHandle>;
}

/** What the components may ask for. The page gives them the SDK behind it, the stories give them nothing. */
export interface MeetingActions {
  dispatch(action: MeetingAction): void;
  toggleMicrophone(): void;
  toggleCamera(): void;
  toggleShare(): void;
  /**
   * To all, or only to the participant that `chatTo` names. Answers whether it is on its way: if not, the words stay in
   * the field.
   */
  sendChat(text: string): Promise<boolean>;
  /** What a host does, or a participant with its own hand; a toast shows a refusal. */
  host(act: HostAct): void;
  /** Gives a participant, or oneself, another name. Answers whether it is done; a toast shows a refusal. */
  rename(identity: string, name: string): Promise<boolean>;
  react(reaction: Reaction): void;
  /** Shows the break-out in place of the main room; a toast shows a refusal. */
  enterBreakOut(breakOutId: string): void;
  leaveBreakOut(): void;
  /** Answers a host that asked: does it, or not. */
  answerUnmute(agreed: boolean): void;
  /** Of a show: what hosts do with its audience. */
  readonly show: AudienceDesk;
  readonly soundTests: SoundTests;
  readonly effects: EffectsSwitches;
  selectDevice(kind: DeviceKind, deviceId: string): void;
  /** Asks once more why one is where one is. */
  explainAgain(): void;
  /** Asks once more for the addresses for other protocols. */
  askAddressesAgain(): void;
  /** Answers whether it is in the clipboard; otherwise a toast says so. */
  copyText(text: string): Promise<boolean>;
  startAudio(): void;
  copyLink(): void;
  leave(): void;
  rejoin(): void;
}
