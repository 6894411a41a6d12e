// Keeps the unsent form of a meeting for this tab, so that a reload or another sign-in loses nothing. Storage throws
// where the user forbids it; nothing is kept then.
import type { FormTarget, MeetingForm } from './core/form.ts';

const KEY = 'meridian.draft-of-meeting';

export interface Draft {
  readonly of: string;
  readonly target: FormTarget;
  readonly form: MeetingForm;
}

/** Leaves out the password, which must not be stored on disk. */
export function keepDraft(draft: Draft): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...draft, form: { ...draft.form, password: '' } }));
  } catch (error) {
    console.info('What is typed is not kept over a reload:', error);
  }
}

export function readDraft(of: string): Draft | undefined {
  try {
    const draft = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Draft | null;
    return draft?.of === of && draft.form?.repeat !== undefined && draft.target !== undefined ? draft : undefined;
  } catch {
    return undefined;
  }
}

export function forgetDraft(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch (error) {
    console.info('The browser keeps nothing:', error);
  }
}
