import type { ClientKind } from '../../../test/support/livekit/agent.ts';
import type { Company, Member } from './company.ts';

/** What is tried with each client of a company in turn: it acts, and all others notice. */
export interface EachCase {
  readonly name: string;
  /** Clients whose SDK cannot do it, and why. */
  readonly not?: Readonly<Partial<Record<ClientKind, string>>>;
  each(company: Company, actor: Member): Promise<void>;
}

/** What happens once to the whole company, and is judged of each client. */
export interface TogetherCase {
  readonly name: string;
  readonly not?: Readonly<Partial<Record<ClientKind, string>>>;
  /** The answer judges one client; all are judged at the same time. */
  together(company: Company): Promise<(member: Member) => Promise<void>>;
}

export type SdkCase = EachCase | TogetherCase;
