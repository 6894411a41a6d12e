// Measures streams by their packets, for files whose headers state no length, or a wrong one.

/** Arguments of ffprobe, before the input, that print one line for each packet. */
export const packetArgs = ['-show_entries', 'packet=stream_index,pts_time,dts_time,duration_time', '-of', 'csv=p=0'];

export interface PacketsOfStream {
  readonly packets: number;
  /** Steps of the clock back, or ahead by more than ten seconds. */
  readonly jumps: number;
  readonly firstS: number;
  readonly endS: number;
  /** Time that the packets fill, without the jumps. */
  readonly filledS: number;
}

/** Steps beyond these are jumps of the clock. ffmpeg has the same limit ahead (`dts_delta_threshold`). */
const AHEAD_MAX_S = 10;
/** Without decoding times, pictures that are shown out of order step back by less. */
const BACK_MAX_S = 1;
const LINE_CHARACTERS_MAX = 1000;
/** Bound of streams; those of later numbers are not counted. */
const STREAMS_MAX = 1000;
const none: PacketsOfStream = { packets: 0, jumps: 0, firstS: 0, endS: 0, filledS: 0 };

interface Counted {
  packets: number;
  jumps: number;
  firstS: number;
  endS: number;
  /** Time up to the last packet, which fills `lastLongS`. */
  filledS: number;
  lastS: number;
  lastLongS: number;
  isTimed: boolean;
}

/** Takes the output of ffprobe with `packetArgs` in any portions. Memory does not depend on the number of packets. */
export class PacketTally {
  readonly #streams = new Map<number, Counted>();
  #rest = '';

  push(text: string): void {
    const lines = `${this.#rest}${text}`.split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, LINE_CHARACTERS_MAX);
    for (const line of lines) this.#take(line);
  }

  of(stream: number): PacketsOfStream {
    const counted = this.#streams.get(stream);
    return counted === undefined ? none : Object.assign({}, counted, { filledS: counted.filledS + counted.lastLongS });
  }

  #take(line: string): void {
    const [index = '', ...words] = line.split(',');
    const stream = Number(index);
    if (index === '' || !Number.isInteger(stream) || stream < 0 || stream >= STREAMS_MAX) return;
    const [ptsS, dtsS, durationS = 0] = words.map(Number.parseFloat);
    const [decodedS, shownS] = [finite(dtsS) ?? finite(ptsS), finite(ptsS) ?? finite(dtsS)];
    const statedS = durationS > 0 ? durationS : undefined;
    const counted: Counted = this.#streams.get(stream) ?? { ...none, lastS: 0, lastLongS: 0, isTimed: false };
    this.#streams.set(stream, counted);
    counted.packets += 1;
    if (decodedS === undefined || shownS === undefined) {
      if (!counted.isTimed) addUntimed(counted, statedS);
    } else if (counted.isTimed) addStep(counted, { decodedS, shownS, statedS });
    else begin(counted, { decodedS, shownS, statedS });
  }
}

interface Step {
  readonly decodedS: number;
  readonly shownS: number;
  readonly statedS: number | undefined;
}

/** Streams without a container have no times: their packets follow one another. */
function addUntimed(counted: Counted, statedS = 0): void {
  counted.filledS += statedS;
  counted.endS = counted.filledS;
}

function begin(counted: Counted, { decodedS, shownS, statedS: lastLongS = 0 }: Step): void {
  Object.assign(counted, { isTimed: true, firstS: shownS, endS: shownS + lastLongS, filledS: 0 });
  Object.assign(counted, { lastS: decodedS, lastLongS });
}

function addStep(counted: Counted, o: Step): void {
  const stepS = o.decodedS - counted.lastS;
  const isJump = stepS < -BACK_MAX_S || stepS > AHEAD_MAX_S;
  // A packet that does not state its duration lasts as long as the one before.
  const longS = o.statedS ?? (isJump ? counted.lastLongS : Math.max(0, stepS));
  if (isJump) counted.jumps += 1;
  counted.filledS += isJump ? counted.lastLongS : stepS;
  counted.firstS = Math.min(counted.firstS, o.shownS);
  counted.endS = Math.max(counted.endS, o.shownS + longS);
  counted.lastS = o.decodedS;
  counted.lastLongS = longS;
}

const finite = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isFinite(value) ? value : undefined;
