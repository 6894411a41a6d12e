// What passes between an edge probe and the process of its tester. Pure.
import type { Targets } from './targets.ts';

export interface TesterSettings {
  readonly probe: string;
  readonly hostId: string;
  readonly region: string;
  readonly logLevel: string;
  /** Of the probe; the show that is streamed is kept there. */
  readonly stateDir: string;
  readonly apiUrl: string;
  readonly key: string;
  readonly secret: string;
  readonly everyS: number;
}

/** From the probe: first all, once; then targets, whenever they change. */
export type ToTester =
  | { readonly kind: 'settings'; readonly settings: TesterSettings; readonly targets: Targets }
  | { readonly kind: 'targets'; readonly targets: Targets };

/** The message, if it is one; others (beats) are not for the tester. */
export function toTesterOf(message: unknown): ToTester | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return undefined;
  return message.kind === 'settings' || message.kind === 'targets' ? (message as ToTester) : undefined;
}
