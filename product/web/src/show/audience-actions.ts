import type { CrowdFound, ShowModel } from './core/model.ts';

/** The host's part of `ShowRoom`. Each action resolves to whether it was done; a toast shows a refusal. */
export interface AudienceActions {
  readonly store: { get(): ShowModel; subscribe(listener: () => void): () => void };
  stage(identity: string, isOn: boolean): Promise<boolean>;
  leaveStage(): Promise<boolean>;
  remove(identity: string, isForever: boolean): Promise<boolean>;
  removePost(postId: string): Promise<boolean>;
  setQuestion(postId: string, state: 'open' | 'answering' | 'answered'): Promise<boolean>;
  startPoll(o: { text: string; options: readonly string[]; many: boolean }): Promise<boolean>;
  closePoll(pollId: string): Promise<boolean>;
  removePoll(pollId: string): Promise<boolean>;
  setRules(rules: { slowModeMs?: number; postsMuted?: boolean; postWords?: readonly string[] }): Promise<boolean>;
  people(prefix: string, after: string): Promise<CrowdFound | undefined>;
}
