// What datagrams between the hosts of the fed world lose: loss that is planted on links between sites, along the paths
// that the centre plans. A host takes its routes as they come, as the forwarder under a real pipe does; that one leaves
// a lossy path by itself as well (sfu/pathd/src/rules.h), long before the centre, and no host here does. Pure.
import type { wire } from '@meridian/protocol';
import { pairOf } from './sessions.ts';

export interface PathHost {
  readonly hostId: string;
  /** As the console names sites. */
  readonly site: string;
}

/** The longest window that is asked for, 30 s of a probe, and what a busy machine is late by. */
const KEPT_MS = 60_000;
const DIRECT = -1;

export class FedPaths {
  readonly #hosts: readonly PathHost[];
  readonly #indexOf: ReadonlyMap<string, number>;
  /** By pair of sites. */
  readonly #losses = new Map<string, Course>();
  /** Relay or DIRECT, by from × hosts + to; absent: direct. */
  readonly #vias = new Map<number, Course>();

  constructor(hosts: readonly PathHost[]) {
    this.#hosts = hosts;
    this.#indexOf = new Map(hosts.map(({ hostId }, index) => [hostId, index]));
  }

  /** Something was planted, and may have been healed. */
  get isPlanted(): boolean {
    return this.#losses.size > 0;
  }

  /** `pair`: of sites, as `pairOf`; from now on so much is lost between them, in both directions, 0 … 1. */
  plant(pair: string, loss: number, nowMs: number): void {
    courseIn(this.#losses, pair, 0).set(loss, nowMs);
  }

  /** The routes of a host from now on. A relay that is not known is none, as at a real media node. */
  take(from: number, { since, rows }: Pick<wire.Routes, 'since' | 'rows'>, nowMs: number): void {
    const named = new Map(rows.map((row) => [row.toHostId ?? '', row]));
    for (const [to, { hostId }] of this.#hosts.entries()) {
      const row = named.get(hostId);
      if (to === from || (row === undefined && since !== 0)) continue;
      const isGone = (row?.pairKey?.length ?? 0) === 0;
      const via = isGone ? DIRECT : (this.#indexOf.get(row?.primaryVia ?? '') ?? DIRECT);
      courseIn(this.#vias, from * this.#hosts.length + to, DIRECT).set(via === to ? DIRECT : via, nowMs);
    }
  }

  /** What the link itself loses, whatever goes over it: the mean of a window; of no window, what it loses then. */
  linkLoss(from: number, to: number, sinceMs: number, untilMs: number): number {
    const course = this.#losses.get(pairOf(this.#siteOf(from), this.#siteOf(to)));
    return course === undefined ? 0 : meanOf(course.pieces(sinceMs, untilMs), ({ value }) => value);
  }

  /** What is lost on the path in use, from one host to another: of its legs; as `linkLoss`. */
  pathLoss(from: number, to: number, sinceMs: number, untilMs: number): number {
    const pieces = this.#vias.get(from * this.#hosts.length + to)?.pieces(sinceMs, untilMs) ?? [
      { sinceMs, untilMs, value: DIRECT },
    ];
    return meanOf(pieces, ({ value: via, ...during }) => {
      const legLoss = (a: number, b: number): number => this.linkLoss(a, b, during.sinceMs, during.untilMs);
      return via === DIRECT ? legLoss(from, to) : 1 - (1 - legLoss(from, via)) * (1 - legLoss(via, to));
    });
  }

  #siteOf(host: number): string {
    return this.#hosts[host]?.site ?? '';
  }
}

interface Piece {
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly value: number;
}

/** A number that steps, with its last minute. */
class Course {
  readonly #steps: { readonly atMs: number; readonly value: number }[];

  constructor(value: number) {
    this.#steps = [{ atMs: Number.NEGATIVE_INFINITY, value }];
  }

  set(value: number, nowMs: number): void {
    if (this.#steps.at(-1)?.value === value) return;
    this.#steps.push({ atMs: nowMs, value });
    while ((this.#steps[1]?.atMs ?? nowMs) < nowMs - KEPT_MS) this.#steps.shift();
  }

  /** At least one; of a window without length the value of its end. */
  pieces(sinceMs: number, untilMs: number): Piece[] {
    const pieces = this.#steps.map(({ atMs, value }, index) => ({
      sinceMs: Math.max(sinceMs, atMs),
      untilMs: Math.min(untilMs, this.#steps[index + 1]?.atMs ?? untilMs),
      value,
    }));
    const within = pieces.filter((piece) => piece.sinceMs < piece.untilMs);
    const last = this.#steps.findLast(({ atMs }) => atMs <= untilMs);
    return within.length > 0 ? within : [{ sinceMs: untilMs, untilMs, value: last?.value ?? 0 }];
  }
}

function meanOf(pieces: readonly Piece[], of: (piece: Piece) => number): number {
  const lengthOf = ({ sinceMs, untilMs }: Piece): number => untilMs - sinceMs;
  const length = pieces.reduce((total, piece) => total + lengthOf(piece), 0);
  const weightOf = (piece: Piece): number => (length === 0 ? 1 / pieces.length : lengthOf(piece) / length);
  return pieces.reduce((total, piece) => total + weightOf(piece) * of(piece), 0);
}

function courseIn<K>(courses: Map<K, Course>, key: K, value: number): Course {
  const course = courses.get(key) ?? new Course(value);
  courses.set(key, course);
  return course;
}
