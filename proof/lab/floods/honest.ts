// Honest clients: each thing is asked at its own pace, whatever became of the askings before.
import { askHttp, askJoin, askRtmp } from './asks.ts';
import type { Ask } from './judge.ts';
import { addressOf, person, type Scene } from './scene.ts';

interface Probe {
  readonly what: string;
  readonly everyMs: number;
  ask(from: string, count: number): Promise<unknown>;
}

/** A hundred askings in ten seconds of what costs little, so that there is a p99. */
const QUICK_MS = 100;
const JOIN_MS = 400;
/** A look at a password takes 20 ms of a core. */
const SIGN_IN_MS = 500;
/** Askings remembered; a flood is over before. */
const ASKS_MAX = 50_000;

export class Honest {
  readonly #timers: NodeJS.Timeout[];
  readonly #whats: readonly string[];
  readonly #underWay = new Set<Promise<void>>();
  #asks: Ask[] = [];
  #clients = 0;
  /** The last reason of each thing that was not served. */
  readonly reasons = new Map<string, string>();

  constructor(scene: Scene) {
    const probes = probesOf(scene);
    this.#whats = probes.map(({ what }) => what);
    this.#timers = probes.map((probe) => {
      let count = 0;
      return setInterval(() => this.#ask(probe, count++), probe.everyMs);
    });
  }

  /** All that was asked from then on until now, once it is answered, by what it was. */
  async since(fromMs: number): Promise<ReadonlyMap<string, readonly Ask[]>> {
    const untilMs = performance.now();
    await Promise.all(this.#underWay);
    const asks = this.#asks.filter(({ beganMs }) => beganMs >= fromMs && beganMs < untilMs);
    const byWhat = Map.groupBy(asks, ({ what }) => what);
    return new Map(this.#whats.map((what) => [what, byWhat.get(what) ?? []]));
  }

  /** Idempotent. */
  async close(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    await Promise.all(this.#underWay);
  }

  #ask({ what, ask }: Probe, count: number): void {
    const beganMs = performance.now();
    const note = (isServed: boolean): void => {
      this.#asks.push({ what, beganMs, tookMs: performance.now() - beganMs, isServed });
      if (this.#asks.length > ASKS_MAX) this.#asks = this.#asks.slice(-ASKS_MAX / 2);
    };
    const asked = ask(addressOf(this.#clients++), count)
      .then(
        () => note(true),
        (error: unknown) => {
          note(false);
          this.reasons.set(what, error instanceof Error ? error.message : String(error));
        },
      )
      .finally(() => this.#underWay.delete(asked));
    this.#underWay.add(asked);
  }
}

function probesOf(scene: Scene): Probe[] {
  const { pageUrl } = scene;
  return [
    {
      what: 'REST',
      everyMs: QUICK_MS,
      ask: async (from) => {
        const headers = { authorization: `Bearer ${await scene.apiToken()}` };
        return askHttp({ url: `${pageUrl}/api/v1/meetings?limit=1`, from, headers });
      },
    },
    { what: 'page', everyMs: QUICK_MS, ask: (from) => askHttp({ url: `${pageUrl}/`, from }) },
    {
      what: 'sign-in',
      everyMs: SIGN_IN_MS,
      ask: (from) => {
        const body = { email: person.email, password: person.password };
        const asked = { url: `${pageUrl}/api/v1/sessions`, headers: { origin: pageUrl }, body };
        return askHttp({ ...asked, from, method: 'POST' });
      },
    },
    {
      what: 'join',
      everyMs: JOIN_MS,
      ask: async (from, count) =>
        askJoin({ url: scene.signalingUrl, from, token: await scene.token(`joins-${count % 4}`, `guest-${count}`) }),
    },
    {
      what: 'RTMP',
      everyMs: JOIN_MS,
      ask: (from, count) =>
        askRtmp({ url: scene.rtmpUrl, from, key: scene.publishKeys[count % scene.publishKeys.length] ?? '' }),
    },
    {
      what: 'FLV',
      everyMs: JOIN_MS,
      ask: (from) => askHttp({ url: scene.stream.playUrl, from, isEndless: true }),
    },
    ...[...scene.healthUrls].map(
      ([id, url]): Probe => ({
        what: `healthz ${id}`,
        everyMs: JOIN_MS,
        ask: (from) => askHttp({ url, from }),
      }),
    ),
  ];
}
