// A node of a region that has an instance: a link to the leader and a link to the instance, with the same reports on
// both.
import { note, onNote, type wire } from '@meridian/protocol';
import type { CentreAddress } from './centre.ts';
import { enrolNode, FakeNode, frankfurt, type NodeOptions } from './fake-node.ts';

export class RegionalNode {
  readonly global: FakeNode;
  readonly regional: FakeNode;
  /** The processes that place for the region, as the leader names them. */
  readonly placers: wire.RegionPlacer[] = [];

  static async start(leader: CentreAddress, instance: CentreAddress, options: NodeOptions): Promise<RegionalNode> {
    const identity = { id: options.id, kind: options.kind ?? 'sfu', region: options.region ?? frankfurt.region };
    const credentials = await enrolNode(leader, identity);
    const placers: wire.RegionPlacer[] = [];
    const created: { agent?: FakeNode['agent'] } = {};
    const global = await FakeNode.start(leader, options, credentials, (link) =>
      onNote(link, note.placer, (placer) => {
        placers.push(placer);
        created.agent?.obeys(placer.epoch, placer.incarnation);
      }),
    );
    const regional = await FakeNode.start(instance, options, credentials);
    created.agent = regional.agent;
    for (const { epoch, incarnation } of placers) regional.agent.obeys(epoch, incarnation);
    return new RegionalNode(global, regional, placers);
  }

  private constructor(global: FakeNode, regional: FakeNode, placers: wire.RegionPlacer[]) {
    this.global = global;
    this.regional = regional;
    this.placers = placers;
  }

  get id(): string {
    return this.global.id;
  }

  attach(o: Parameters<FakeNode['attach']>[0]): void {
    this.global.attach(o);
    this.regional.attach(o);
  }

  close(): void {
    this.global.close();
    this.regional.close();
  }
}
