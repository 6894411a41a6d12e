// Notices and receipts in memory, like the Redis streams, with faults on demand.
import type { Described, Notice, OwnedReceipt, SeenPresence } from '@meridian/distribution';
import type { InboxId, NoticePlace, NoticePort, Restated } from '@meridian/distribution/streams';

type Sent = Parameters<NoticePort['send']>[0];
type Placed = InboxId & { readonly place: NoticePlace };

export class ScriptedNoticePort implements NoticePort {
  readonly notices = new Map<NoticePlace, Notice>();
  /** Delivery ids in the order in which they were sent. */
  readonly sent: string[] = [];
  readonly describedContents: Described[] = [];
  readonly withdrawnPlaces: NoticePlace[] = [];
  readonly waitingReceipts: OwnedReceipt[] = [];
  /** Receivers that were seen, as TENANT/RECEIVER. */
  readonly online = new Set<string>();
  isUp = true;
  /** The next `send` stores everything and then fails. */
  dropsAnswer = false;
  #entries = 0;

  async send(notices: Sent): Promise<(NoticePlace | undefined)[]> {
    if (!this.isUp) return notices.map(() => undefined);
    const places = notices.map(({ notice }) => {
      const place = `channel-1/${notice.receiver} ${++this.#entries}-0`;
      this.notices.set(place, notice);
      this.sent.push(notice.delivery);
      return place;
    });
    if (this.dropsAnswer) {
      this.dropsAnswer = false;
      throw new Error('the connection ended after the notices were taken');
    }
    return places;
  }

  async arePresent(notices: readonly Placed[]): Promise<(boolean | undefined)[]> {
    return notices.map(({ place }) => (this.isUp ? this.notices.has(place) : undefined));
  }

  /** Applies newer revisions to the stored notices, as the Redis channels do. */
  async restate(changes: readonly Restated[]): Promise<(boolean | undefined)[]> {
    return changes.map(({ place, change }) => {
      if (!this.isUp) return undefined;
      const notice = this.notices.get(place);
      if (notice === undefined) return false;
      if ((notice.revision ?? 0) < (change.revision ?? 0)) this.notices.set(place, Object.assign({}, notice, change));
      return true;
    });
  }

  async setRates(): Promise<boolean> {
    return this.isUp;
  }

  async withdraw(notices: readonly Placed[]): Promise<void> {
    for (const { place } of notices) {
      this.withdrawnPlaces.push(place);
      this.notices.delete(place);
    }
  }

  async describe(content: Described): Promise<boolean> {
    if (this.isUp) this.describedContents.push(content);
    return this.isUp;
  }

  async presences(receivers: readonly InboxId[]): Promise<(SeenPresence | undefined)[]> {
    const presence = { hub: 'lib-1', seenMs: 0, site: '', freeBytes: 0, held: 0, running: 0, owed: 0, version: '' };
    return receivers.map(({ tenant, receiver }) =>
      this.isUp && this.online.has(`${tenant}/${receiver}`) ? presence : undefined,
    );
  }

  takeReceipts(_consumer: string, take: (receipts: readonly OwnedReceipt[]) => Promise<void>) {
    const taken = this.waitingReceipts.length === 0 ? Promise.resolve() : take(this.waitingReceipts.splice(0));
    return { close: () => taken };
  }

  async states() {
    return [{ name: 'channel-1', isUp: this.isUp, waiting: this.waitingReceipts.length }];
  }

  async close(): Promise<void> {
    this.notices.clear();
  }
}
