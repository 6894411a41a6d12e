// Judges whether a recorder keeps up with the media that it receives.

/** `full`: the recorder takes no more recordings. `behind`: it also hands those that run to other recorders. */
export type Pace = 'free' | 'full' | 'behind';

/** Sample of a second. */
export interface PaceSample {
  /** Share of a core that the thread which receives all media has used. */
  readonly threadShare: number;
  /** Time for which the oldest piece has waited for the disk. */
  readonly waitingMs: number;
}

/** Shares of a core of the thread that receives all media. Above the first one a burst finds the thread busy. */
const [FULL_SHARE, BEHIND_SHARE] = [0.8, 0.95];
/** A piece waits for the disk for a quarter of a second at most where the disk keeps up. */
const [FULL_WAITING_MS, BEHIND_WAITING_MS] = [1000, 2000];
/** A burst or a single stall of the disk is shorter. A stint holds half a minute of media at 8 Mbit/s. */
const SAMPLES_TO_RISE = 8;
/** Longer than it takes until all recordings are handed over, so that they do not come back at once. */
const SAMPLES_TO_FALL = 30;

export class PaceJudge {
  #pace: Pace = 'free';
  /** Samples in a row: of the pace `behind`, without it, of at least `full`, and of the pace `free`. */
  #behind = 0;
  #notBehind = 0;
  #full = 0;
  #free = 0;

  /** Takes the sample of another second, and returns the pace after it. */
  take(sample: PaceSample): Pace {
    const pace = paceOf(sample);
    this.#behind = pace === 'behind' ? this.#behind + 1 : 0;
    this.#notBehind = pace === 'behind' ? 0 : this.#notBehind + 1;
    this.#full = pace === 'free' ? 0 : this.#full + 1;
    this.#free = pace === 'free' ? this.#free + 1 : 0;
    this.#pace = this.#next();
    return this.#pace;
  }

  #next(): Pace {
    if (this.#behind >= SAMPLES_TO_RISE) return 'behind';
    if (this.#pace === 'behind' && this.#notBehind < SAMPLES_TO_FALL) return 'behind';
    if (this.#full >= SAMPLES_TO_RISE) return 'full';
    return this.#pace !== 'free' && this.#free < SAMPLES_TO_FALL ? 'full' : 'free';
  }
}

function paceOf({ threadShare, waitingMs }: PaceSample): Pace {
  if (threadShare >= BEHIND_SHARE || waitingMs >= BEHIND_WAITING_MS) return 'behind';
  return threadShare >= FULL_SHARE || waitingMs >= FULL_WAITING_MS ? 'full' : 'free';
}
