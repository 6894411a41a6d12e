// One client of each SDK in one room, every second one in the other region. After a failure nothing is known about a
// company: it is closed, and the next case gets a new one.
import type { Agent, ClientKind } from '../../../test/support/livekit/agent.ts';
import type { SdkClient } from '../../../test/support/livekit/clients.ts';
import { type Region, regions, type Stage } from '../../../test/support/livekit/stage.ts';
import { livekitToken } from '../../../test/support/livekit/tokens.ts';
import { knows } from '../../../test/support/livekit/watch.ts';

export interface Member {
  readonly kind: ClientKind;
  /** Its kind. */
  readonly identity: string;
  readonly region: Region;
  readonly agent: Agent;
}

let made = 0;

export class Company {
  readonly stage: Stage;
  readonly room: string;
  readonly members: readonly Member[];
  readonly #clients: readonly SdkClient[];

  private constructor(stage: Stage, room: string, clients: readonly SdkClient[]) {
    this.stage = stage;
    this.room = room;
    this.#clients = clients;
    this.members = clients.map(({ kind, agent }, index) => ({
      kind,
      identity: kind,
      region: regions[index % regions.length] ?? 'frankfurt',
      agent,
    }));
  }

  /** Resolves when all know of all. */
  static async open(stage: Stage, kinds: readonly ClientKind[]): Promise<Company> {
    made += 1;
    const clients: SdkClient[] = [];
    const company = async (): Promise<Company> => {
      for (const kind of kinds) clients.push(await stage.client(kind));
      const opened = new Company(stage, `sdks-${made}`, clients);
      for (const member of opened.members) await opened.join(member);
      for (const { agent } of opened.members) await opened.isThereFor(agent);
      return opened;
    };
    try {
      return await company();
    } catch (error) {
      await Promise.allSettled(clients.map((client) => client.close()));
      throw error;
    }
  }

  async join({ kind, identity, region, agent }: Member): Promise<void> {
    const token = await livekitToken(this.stage.cloud, { room: this.room, identity, metadata: `m ${identity}` });
    await agent.join({ url: this.stage.url(kind, region), token, dynacast: true, adaptiveStream: true });
  }

  /** Resolves when this one knows of all others. */
  async isThereFor(agent: Agent): Promise<void> {
    for (const other of this.members) if (other.agent !== agent) await knows(agent, other.identity, 'is there');
  }

  others(member: Member): readonly Member[] {
    return this.members.filter((one) => one !== member);
  }

  /** Does it with each of the others at the same time; a failure says of each of them that failed why. */
  async eachOther(member: Member, work: (other: Member) => Promise<unknown>): Promise<void> {
    const others = this.others(member);
    const results = await Promise.allSettled(others.map((other) => work(other)));
    const failures = results.flatMap((result, index) =>
      result.status === 'fulfilled' ? [] : [`at ${others[index]?.kind}: ${wordsOf(result.reason)}`],
    );
    if (failures.length > 0) throw new Error(failures.join('; '));
  }

  /** Takes back what a case that succeeded has published. */
  async calm(): Promise<void> {
    await Promise.all(this.members.map(({ agent }) => agent.unpublish()));
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#clients.map((client) => client.close()));
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
