// What receivers of alarms must get of planted faults: of each its one alarm and its end, and nothing else. Pure.

/** One alarm in a message to the receiver. */
export interface SentItem {
  /** When it came, in ms. */
  readonly atMs: number;
  readonly kind: string;
  readonly rule: string;
  readonly subject: string;
  readonly text: string;
}

export interface PlantedFault {
  readonly kind: string;
  /** The alarm that names it. */
  readonly rule: string;
  readonly subject: string;
  /** What its sentence must say. */
  readonly says: readonly string[];
  readonly plantedMs: number;
  readonly healedMs: number;
  /** Until the map or the fleet showed it; NaN: it did not. */
  readonly seenSeconds: number;
  /** By name, what else had to come, after so many seconds; NaN: it did not. */
  readonly waits: Readonly<Record<string, number>>;
  /** The sentence of its alarm's page. */
  readonly pageText: string;
  /** Open alarms that it kept quiet; undefined: nothing follows from it. */
  readonly keptQuiet?: number;
}

/** NaN: it did not come. */
export interface AlarmFigures {
  readonly seenSeconds: number;
  readonly alarmSeconds: number;
  readonly healedSeconds: number;
  /** That it fired, as often as the receiver was informed of it. */
  readonly messages: number;
  readonly keptQuiet?: number;
  readonly waits: Readonly<Record<string, number>>;
}

/** Figures by fault, and what is wrong in words. */
export function alarmsJudged(
  faults: readonly PlantedFault[],
  items: readonly SentItem[],
): { readonly figures: Readonly<Record<string, AlarmFigures>>; readonly missed: readonly string[] } {
  const [figures, missed]: [Record<string, AlarmFigures>, string[]] = [{}, []];
  for (const fault of faults) {
    const found = figuresOf(fault, items);
    figures[fault.kind] = found;
    missed.push(...wrongOf(fault, found, items));
  }
  const others = items.filter((item) => !faults.some((fault) => isOf(fault, item)));
  for (const { kind, rule, subject, text, atMs } of others) {
    const last = faults.findLast(({ plantedMs }) => plantedMs <= atMs)?.kind;
    missed.push(
      `${last === undefined ? 'before any fault' : `${last} planted last`}, ${kind}: ${rule} ${subject}: ${text}`,
    );
  }
  return { figures, missed };
}

function figuresOf(fault: PlantedFault, items: readonly SentItem[]): AlarmFigures {
  const { plantedMs, healedMs, seenSeconds, keptQuiet, waits } = fault;
  const own = items.filter((item) => isOf(fault, item));
  const fired = own.filter(({ kind }) => kind === 'fired');
  const cleared = own.find(({ kind, atMs }) => kind === 'cleared' && atMs >= healedMs);
  return {
    seenSeconds,
    alarmSeconds: ((fired[0]?.atMs ?? Number.NaN) - plantedMs) / 1000,
    healedSeconds: ((cleared?.atMs ?? Number.NaN) - healedMs) / 1000,
    messages: fired.length,
    waits,
    ...(keptQuiet !== undefined && { keptQuiet }),
  };
}

function wrongOf(fault: PlantedFault, found: AlarmFigures, items: readonly SentItem[]): string[] {
  const { kind, rule, subject, says, healedMs, waits, pageText } = fault;
  const own = items.filter((item) => isOf(fault, item));
  const text = own.find((item) => item.kind === 'fired')?.text ?? '';
  const unsaid = says.filter((part) => !text.includes(part));
  const unshown = says.filter((part) => !pageText.includes(part));
  const uncome = Object.entries(waits).filter(([, seconds]) => Number.isNaN(seconds));
  return [
    ...(Number.isNaN(found.seenSeconds) ? [`${kind} was not seen`] : []),
    ...uncome.map(([name]) => `${kind}: ${name} did not come`),
    ...(found.messages > 0 && unshown.length > 0
      ? [`${kind}: its page says "${pageText}", without ${unshown.join(', ')}`]
      : []),
    ...(found.messages === 1 ? [] : [`${kind}: ${rule} ${subject} was sent ${found.messages} times`]),
    ...(found.messages > 0 && unsaid.length > 0 ? [`${kind}: "${text}" does not say ${unsaid.join(', ')}`] : []),
    ...(own.some((item) => item.kind === 'cleared' && item.atMs < healedMs) ? [`${kind} was over before its end`] : []),
    ...(Number.isNaN(found.healedSeconds) ? [`${kind}: its end was not sent`] : []),
    ...(own.filter((item) => item.kind === 'cleared').length > 1 ? [`${kind}: its end was sent twice`] : []),
    ...(found.keptQuiet === 0 ? [`${kind} had nothing to keep quiet, so that this was not shown`] : []),
  ];
}

/** Of the fault's alarm, and not before it. */
const isOf = ({ rule, subject, plantedMs }: PlantedFault, item: SentItem): boolean =>
  item.rule === rule && item.subject === subject && item.atMs >= plantedMs;
