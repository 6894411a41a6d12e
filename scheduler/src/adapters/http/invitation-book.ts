// Open invitations, and the node ids that they hold: no two invitations admit nodes of the same ids, even when several
// centres over the same store make them.
import { type FoundToken, type KeyValue, SingleUseTokens, type TokenOptions } from '@meridian/runtime';

export interface Invitation {
  readonly host: {
    readonly hostId: string;
    readonly region: string;
    readonly city: string;
    readonly latitude: number;
    readonly longitude: number;
  };
  readonly kinds: readonly string[];
  readonly mediaNodesMax: number;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** `claim`: value under which the invitation holds its ids; absent in an invitation of an older version. */
type StoredInvitation = Invitation & { readonly claim?: string };

/** Time for the host to set its services up, from the certificates to the nodes' registration. */
const REDEEMED_MS = 15 * 60_000;
const CLAIM_BYTES = 12;

/** Result of minting: the token's text, shown once, or the kind whose ids on this host another invitation holds. */
export type Minted = { readonly token: string } | { readonly takenKind: string };

export class InvitationBook {
  readonly #o: TokenOptions;
  readonly #tokens: SingleUseTokens<StoredInvitation>;

  constructor(o: TokenOptions) {
    const { kv, rng, clock, fingerprint } = o;
    this.#o = o;
    this.#tokens = new SingleUseTokens({ kv, rng, clock, fingerprint, form: 'mti1', folder: 'invitation' });
  }

  /** Makes an invitation that holds the ids for `ttlMs`, up to seven days. */
  async mint(invitation: Invitation, ttlMs: number): Promise<Minted> {
    const { kv, rng } = this.#o;
    const claim = Buffer.from(rng.bytes(CLAIM_BYTES)).toString('base64url');
    const heldKeys: string[] = [];
    const release = () => Promise.all(heldKeys.map((key) => kv.compareAndDelete(key, claim)));
    // A common order, so that one of two concurrent invitations gets all ids.
    for (const kind of invitation.kinds.toSorted()) {
      const key = keyOf(invitation, kind);
      if (await kv.setIfAbsent(key, claim, { ttlMs })) {
        heldKeys.push(key);
        continue;
      }
      await release();
      return { takenKind: kind };
    }
    try {
      const token = await this.#tokens.mint(Object.assign({ claim }, invitation), ttlMs);
      return { token };
    } catch (error) {
      await release();
      throw error;
    }
  }

  /** Finds as `SingleUseTokens.find`. A used invitation holds its ids until its nodes have had time to register. */
  async find(token: string): Promise<FoundToken<Invitation> | undefined> {
    const found = await this.#tokens.find(token);
    if (found === undefined) return undefined;
    const { content } = found;
    const use = async (): Promise<boolean> => {
      const isUsed = await found.use();
      if (isUsed) await shorten(this.#o.kv, content);
      return isUsed;
    };
    return { content, use };
  }
}

/** Returns the key for all ids of a kind on a host: every invitation for the kind covers the ids from 1 on. */
const keyOf = ({ host }: Invitation, kind: string): string => `invited/${host.hostId}/${kind}`;

async function shorten(kv: KeyValue, invitation: StoredInvitation): Promise<void> {
  const { claim, kinds } = invitation;
  if (claim === undefined) return;
  const ttlMs = REDEEMED_MS;
  await Promise.all(kinds.map((kind) => kv.compareAndSet(keyOf(invitation, kind), claim, claim, { ttlMs })));
}
