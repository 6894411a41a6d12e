// Shell of every node: gets and renews its certificate, dials the leading centre and the instance of its region,
// registers, reports and obeys there, and accepts links from kinds that may dial it. Each kind adds its own behaviour
// by `NodePorts`.
import {
  type AgentState,
  logQueryFrom,
  logSearchResultToWire,
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
  OwnLogReader,
  type ServiceContext,
} from '@meridian/runtime';
import { CentreLink } from './centre-link.ts';
import type { ListenAddress, NodeConfig } from './config.ts';
import { describeNode } from './describe.ts';
import { NodeIdentity } from './identity.ts';
import { sharedConfigOf } from './shared-config.ts';
import { VolumeWatch } from './volume.ts';

export type NodeContext = Pick<
  ServiceContext<NodeConfig & { readonly stateDir: string }>,
  'config' | 'log' | 'clock' | 'rng' | 'closeStack' | 'readyAfter'
>;

/** Behaviour of a kind of node towards the centre. Reads are synchronous and return the present state. */
export interface NodePorts {
  /** Returns addresses, capacity and public URL; an incarnation only when it differs from the process's. */
  describe(): wire.NodeDescription.$Properties;
  load(): wire.Load.$Properties;
  /** Returns the part of the load for the leader only, at each report. */
  leaderLoad?(): wire.Load.$Properties;
  /** Returns the rooms reported to the leader; absent when this kind holds none. */
  rooms?(): wire.RoomHeld.$Properties[];
  /** Returns the rooms reported to the region's instance, which believes only media nodes; absent for none. */
  regionRooms?(): wire.RoomHeld.$Properties[];
  /** Called with a newer, whole plan of the leader, which `denied` already reflects. */
  onPlan?(plan: wire.Plan): void;
  onDrain?(on: boolean, reason: string): void;
  /** Returns whether an end now would cut nothing; default: false. */
  isEmpty?(): boolean;
  onState?(state: AgentState): void;
  /** Called with a new link to the leader, or to the region's instance, to attach handlers of this kind. */
  onLeaderLink?(link: Link): void;
  onRegionLink?(link: Link): void;
  onRegistered?(): void;
}

export interface NodeOptions {
  readonly kind: NodeKind;
  readonly context: NodeContext;
  /** Folder whose volume is reported; default `stateDir`. */
  readonly diskFolder?: string;
}

export interface ListenOptions {
  readonly listen: ListenAddress;
  /** Called before any message is delivered, so that handlers can be attached. */
  onLink(link: Link): void;
  accept?(remote: Identity): boolean;
  readonly limits?: Partial<LinkLimits>;
  readonly maxLinks?: number;
}

/** Interval of checks while a node leaves, because the waits end in a dozen places. */
const emptyCheckMs = 100;

export class NodeShell {
  readonly kind: NodeKind;
  /** Id of this process, new after each start. */
  readonly incarnation: string;
  readonly centre: CentreLink;
  /** Log of this process, which the leading centre may query. */
  readonly logLines: OwnLogReader;
  /** Link to the region's instance, never open when none is configured; the obeyed epoch is known in any case. */
  readonly region: CentreLink;
  readonly #context: NodeContext;
  readonly #identity: NodeIdentity;
  readonly #volume: VolumeWatch;
  readonly #config: wire.ConfigValue.$Properties[];
  readonly #registration = Promise.withResolvers<void>();
  #ports: NodePorts | undefined;
  #denied: ReadonlySet<string> = new Set();

  /**
   * Opens the node's certificate (errors: `NodeIdentity.open`). Dials nothing before `join`. The shell is on the close
   * stack; a node that must leave the centre before its other parts close calls `close` earlier.
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
    this.logLines = new OwnLogReader(config, clock);
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
        onNote(link, note.renewalRequest, ({ authorities }) => this.#identity.renewUnder(authorities, link));
        // Names the region's present placer; a lower epoch is not obeyed from now on.
        onNote(link, note.placer, ({ epoch, incarnation }) => {
          if (epoch > 0 && incarnation !== '') this.region.agent.obeys(epoch, incarnation);
        });
        serve(link, rpc.logLines, async (ask) => logSearchResultToWire(await this.logLines.read(logQueryFrom(ask))));
        this.#ports?.onLeaderLink?.(link);
      },
      onRegistered: () => {
        this.#registration.resolve();
        this.#identity.renewIfDue(this.centre.link);
        this.#ports?.onRegistered?.();
      },
    });
  }

  get agent(): NodeAgent {
    return this.centre.agent;
  }

  readonly credentials = (): Credentials => this.#identity.credentials;

  /** Nodes that the leader's last plan shuts out: links with them are neither made nor accepted. */
  get denied(): ReadonlySet<string> {
    return this.#denied;
  }

  isDenied(nodeId: string): boolean {
    return this.#denied.has(nodeId);
  }

  /** Highest obeyed epoch of a centre that placed in the own region; 0 for none. */
  get regionEpoch(): number {
    return this.region.agent.obeyed.epoch;
  }

  /** Joins the fleet: dials, registers, reports, renews the certificate. Call it once, when `ports` can be called. */
  join(ports: NodePorts): void {
    this.#ports = ports;
    const { config, closeStack } = this.#context;
    if (config.drainLimitMs > 0 && ports.isEmpty !== undefined) closeStack.onLeave(() => this.#leave());
    if (this.centre.exists) this.#context.readyAfter?.(this.#registration.promise);
    this.centre.dial();
    this.region.dial();
    this.#identity.watch(() => this.centre.link);
  }

  confirm(decisionId: string): void {
    this.centre.agent.confirm(decisionId);
    if (this.region.exists) this.region.agent.confirm(decisionId);
  }

  /**
   * Accepts links of nodes that may dial this kind (`mayDial`) and are not shut out, under the present certificate and
   * each later one. The caller closes the server. Rejects when the port is taken.
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

  /** Ends both links to centres, the renewal, and the disk checks. Idempotent. */
  close(cause: string): void {
    this.#volume.close();
    this.region.close(cause);
    this.centre.close(cause);
    this.#identity.close();
  }

  /**
   * Lets the centre move all sessions; resolves when nothing is left, after `drainLimitMs` at the latest. Without a
   * centre calls go on meanwhile, and a centre that returns in time moves them.
   */
  #leave(): Promise<void> {
    const { config, clock, log } = this.#context;
    const reason = 'its process is to end';
    for (const { agent } of [this.centre, this.region]) agent.leave(reason);
    const beganMs = clock.nowMs();
    return new Promise((resolve) => {
      const checkEmpty = (): void => {
        const tookMs = Math.round(clock.nowMs() - beganMs);
        const isEmpty = this.#ports?.isEmpty?.() !== false;
        if (!isEmpty && tookMs < config.drainLimitMs) return;
        timer.cancel();
        if (isEmpty) log.info({ tookMs }, 'left: nothing is here any more');
        else log.warn({ tookMs }, 'not left in time: what is still here is cut');
        resolve();
      };
      const timer = clock.every(emptyCheckMs, checkEmpty);
      checkEmpty();
    });
  }

  #describe(): wire.NodeDescription.$Properties {
    const own = describeNode(this.kind, this.#context.config, this.incarnation);
    return { ...own, config: this.#config, ...this.#ports?.describe() };
  }
}
