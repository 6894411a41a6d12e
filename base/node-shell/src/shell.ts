// What every node does, whatever its kind: it gets a certificate and keeps it fresh, dials the centre that leads and
// the instance of its region, registers, reports and obeys there, and takes links from the kinds of nodes that may dial
// it. A kind adds its own by `NodePorts`.
import {
  type AgentState,
  logFoundToWire,
  logQueryFrom,
  mayDial,
  type NodeAgent,
  type NodeKind,
  note,
  onNote,
  rpc,
  serve,
  type wire,
} from '@meridian/protocol';
import {
  type Credentials,
  type Identity,
  type Link,
  type LinkLimits,
  LinkServer,
  LogLines,
  type ServiceContext,
} from '@meridian/runtime';
import { CentreLink } from './centre-link.ts';
import type { ListenAddress, NodeConfig } from './config.ts';
import { describeNode } from './describe.ts';
import { NodeIdentity } from './identity.ts';
import { sharedConfigOf } from './shared-config.ts';
import { VolumeWatch } from './volume.ts';

/** Of a service's context, what the shell uses. */
export type NodeContext = Pick<
  ServiceContext<NodeConfig & { readonly stateDir: string }>,
  'config' | 'log' | 'clock' | 'rng' | 'closeStack' | 'readyAfter'
>;

/** What a kind of node says and does at the centre. Reads are synchronous and of the present state. */
export interface NodePorts {
  /** Addresses, capacity, public URL; an incarnation only when it is another than the process's. */
  describe(): wire.NodeDescription.$Properties;
  load(): wire.Load.$Properties;
  /** What the leader alone is to hear beside `load`, each time that a load is sent to it. */
  leaderLoad?(): wire.Load.$Properties;
  /** The rooms held here, as reported to the leader; absent: this kind holds none. */
  rooms?(): wire.RoomHeld.$Properties[];
  /** As reported to the instance of the region, which believes media nodes alone; absent: nothing. */
  regionRooms?(): wire.RoomHeld.$Properties[];
  /** A newer plan of the leader, always whole. `isDenied` knows before which nodes are denied. */
  onPlan?(plan: wire.Plan): void;
  onDrain?(on: boolean, reason: string): void;
  /** Whether an end now would cut nothing short; absent: it never does. */
  isEmpty?(): boolean;
  /** Of the link to the leader. */
  onState?(state: AgentState): void;
  /** A new link to the leader, or to the instance of the region: take from it what this kind hears there. */
  onLeaderLink?(link: Link): void;
  onRegionLink?(link: Link): void;
  /** The leader has taken the registration, the first or a later one. */
  onRegistered?(): void;
}

/** Of which kind a node is, and what it is given. */
export interface NodeOptions {
  readonly kind: NodeKind;
  readonly context: NodeContext;
  /** The folder whose volume is reported; absent: `stateDir`. */
  readonly diskFolder?: string;
}

export interface ListenOptions {
  readonly listen: ListenAddress;
  /** Called before any message is delivered: attach handlers here. */
  onLink(link: Link): void;
  /** Asked only about nodes that may dial this kind at all. */
  accept?(remote: Identity): boolean;
  readonly limits?: Partial<LinkLimits>;
  readonly maxLinks?: number;
}

/** What is waited for when a node leaves ends in a dozen places: it is looked at, ten times a second. */
const emptyCheckMs = 100;

export class NodeShell {
  readonly kind: NodeKind;
  /** Of this process; another one after each start. */
  readonly incarnation: string;
  /** The link to the centre that leads. */
  readonly centre: CentreLink;
  /** What this process has logged; the centre that leads may ask for it. */
  readonly logLines: LogLines;
  /**
   * The link to the instance of the own region; it has none when none is configured. What was obeyed there is known
   * also then.
   */
  readonly region: CentreLink;
  readonly #context: NodeContext;
  readonly #identity: NodeIdentity;
  readonly #volume: VolumeWatch;
  readonly #config: wire.ConfigValue.$Properties[];
  /** Resolves when the leader has taken the first registration. */
  readonly #registration = Promise.withResolvers<void>();
  #ports: NodePorts | undefined;
  #denied: ReadonlySet<string> = new Set();

  /**
   * Gets the node its certificate (errors: `NodeIdentity.open`). Nothing is dialled before `join`. The shell is put on
   * the close stack; a node that is to leave the centre before its other parts close calls `close` earlier.
   */
  static async start(o: NodeOptions): Promise<NodeShell> {
    const shell = new NodeShell(o, await NodeIdentity.open({ kind: o.kind, ...o.context }));
    o.context.closeStack.add('node shell', (cause) => shell.close(cause));
    return shell;
  }

  private constructor({ kind, context, diskFolder }: NodeOptions, identity: NodeIdentity) {
    const { config, log, clock, rng, closeStack } = context;
    this.#volume = new VolumeWatch({ folder: diskFolder ?? config.stateDir, clock, log });
    this.#config = sharedConfigOf(kind, config);
    this.logLines = new LogLines(config, clock);
    this.kind = kind;
    this.incarnation = Buffer.from(rng.bytes(12)).toString('base64url');
    this.#context = context;
    this.#identity = identity;
    const base = {
      clock,
      rng,
      credentials: this.credentials,
      isClosing: () => closeStack.closed,
      describe: () => this.#describe(),
      load: () => ({ ...this.#ports?.load(), ...this.#volume.load() }),
    };
    const regionLog = log.child({ to: 'centre of the region' });
    this.region = new CentreLink({
      ...base,
      url: config.regionCentreUrl,
      log: regionLog,
      rooms: () => this.#ports?.regionRooms?.() ?? [],
      onPlan: () => regionLog.debug('a plan was ignored: only plans from the leader count'),
      onDrain: (on) => regionLog.debug({ on }, 'the state of the drain was ignored: only the leader drains'),
      onLink: (link) => this.#ports?.onRegionLink?.(link),
    });
    this.centre = new CentreLink({
      ...base,
      url: config.centreUrl,
      log: log.child({ to: 'centre' }),
      load: () => ({ ...base.load(), ...this.#ports?.leaderLoad?.() }),
      authorities: () => this.#identity.authorities,
      region: () => this.region.agent.obeyed,
      rooms: () => this.#ports?.rooms?.() ?? [],
      onPlan: (plan) => {
        this.#denied = new Set(plan.deniedIds);
        this.#ports?.onPlan?.(plan);
      },
      onDrain: (on, reason) => this.#ports?.onDrain?.(on, reason),
      onState: (state) => this.#ports?.onState?.(state),
      onLink: (link) => {
        onNote(link, note.renewalWanted, ({ authorities }) => this.#identity.renewUnder(authorities, link));
        // The centre that places for the region now: none of a lower epoch does.
        onNote(link, note.placer, ({ epoch, incarnation }) => {
          if (epoch > 0 && incarnation !== '') this.region.agent.obeys(epoch, incarnation);
        });
        serve(link, rpc.logLines, async (ask) => logFoundToWire(await this.logLines.read(logQueryFrom(ask))));
        this.#ports?.onLeaderLink?.(link);
      },
      onRegistered: () => {
        this.#registration.resolve();
        this.#identity.renewIfDue(this.centre.link);
        this.#ports?.onRegistered?.();
      },
    });
  }

  /** What this node says to the leader and obeys of it. */
  get agent(): NodeAgent {
    return this.centre.agent;
  }

  /** Those of now: ask for them at every dial. */
  readonly credentials = (): Credentials => this.#identity.credentials;

  /** Nodes of any kind that the leader's last plan has shut out: no link with them is made or taken. */
  get denied(): ReadonlySet<string> {
    return this.#denied;
  }

  isDenied(nodeId: string): boolean {
    return this.#denied.has(nodeId);
  }

  /** The highest epoch under which a centre placed in the own region, as this node obeyed it; 0: none has. */
  get regionEpoch(): number {
    return this.region.agent.obeyed.epoch;
  }

  /**
   * Becomes part of the fleet: dials, registers, reports, and renews the certificate in time. Call it once, when
   * `ports` can be called.
   */
  join(ports: NodePorts): void {
    this.#ports = ports;
    const { config, closeStack } = this.#context;
    if (config.drainLimitMs > 0 && ports.isEmpty !== undefined) closeStack.onLeave(() => this.#leave());
    if (this.centre.exists) this.#context.readyAfter?.(this.#registration.promise);
    this.centre.dial();
    this.region.dial();
    this.#identity.watch(() => this.centre.link);
  }

  /** Tells leader and instance, with the next reports, that this placement decision has become a session here. */
  confirm(decisionId: string): void {
    this.centre.agent.confirm(decisionId);
    if (this.region.exists) this.region.agent.confirm(decisionId);
  }

  /**
   * Takes links of nodes that may dial this kind (`mayDial`) and are not shut out, under the certificate of now and
   * each later one. The caller closes it. Rejects when the port is taken.
   */
  async listenLinks({ listen, accept, ...rest }: ListenOptions): Promise<LinkServer> {
    const { config, log, clock } = this.#context;
    const server = await LinkServer.listen({
      ...rest,
      host: listen.ip,
      port: listen.port,
      credentials: this.credentials(),
      log,
      clock,
      accept: (remote) =>
        mayDial(remote.kind, this.kind) &&
        remote.id !== config.id &&
        !this.isDenied(remote.id) &&
        accept?.(remote) !== false,
    });
    this.#identity.onRenewed((credentials) => server.replaceCredentials(credentials));
    return server;
  }

  /** Ends both links to centres, the renewal, and looks at the disk. Idempotent. */
  close(cause: string): void {
    this.#volume.close();
    this.region.close(cause);
    this.centre.close(cause);
    this.#identity.close();
  }

  /**
   * Has the centre move what is here; resolves when nothing is left, after `drainLimitMs` at the latest. Also without
   * the centre: calls go on here meanwhile, and one that comes back in time moves them.
   */
  #leave(): Promise<void> {
    const { config, clock, log } = this.#context;
    const reason = 'its process is to end';
    for (const { agent } of [this.centre, this.region]) agent.leave(reason);
    const beganMs = clock.nowMs();
    return new Promise((resolve) => {
      const look = (): void => {
        const tookMs = Math.round(clock.nowMs() - beganMs);
        const isEmpty = this.#ports?.isEmpty?.() !== false;
        if (!isEmpty && tookMs < config.drainLimitMs) return;
        timer.cancel();
        if (isEmpty) log.info({ tookMs }, 'left: nothing is here any more');
        else log.warn({ tookMs }, 'not left in time: what is still here is cut');
        resolve();
      };
      const timer = clock.every(emptyCheckMs, look);
      look();
    });
  }

  #describe(): wire.NodeDescription.$Properties {
    const own = describeNode(this.kind, this.#context.config, this.incarnation);
    return { ...own, config: this.#config, ...this.#ports?.describe() };
  }
}
