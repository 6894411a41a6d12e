// Converts a report to the page's rows, advice, and text to copy.
import type {
  CheckAdvice,
  CheckAdviceCode,
  CheckPart,
  CheckPath,
  CheckReport,
  CheckState,
  CheckTarget,
} from '@meridian/sdk-web';
import type { SayOf } from '../../core/messages/both-languages.ts';
import { type CheckKey, keyIfKnown } from './messages/texts.ts';
import { endpointText, type Format } from './values.ts';

export const checkParts = [
  'camera',
  'microphone',
  'signaling',
  'udp',
  'tcp',
  'tls',
  'uplink',
  'downlink',
] as const satisfies readonly (keyof CheckReport)[];
export type CheckPartName = (typeof checkParts)[number];

/** A part that passed but has advice is `limited`. */
export type RowState = CheckState | 'limited';

export interface CheckRow {
  readonly part: CheckPartName;
  readonly state: RowState;
  readonly finding: string;
  readonly facts: readonly (readonly [string, string])[];
}

export interface AdviceText {
  readonly code: string;
  readonly tone: 'bad' | 'limited';
  readonly title: string;
  readonly text: string;
}

export interface Words {
  readonly say: SayOf<CheckKey>;
  readonly format: Format;
}

export function rowsOf(report: CheckReport | undefined, words: Words): CheckRow[] {
  const advised = new Set(report?.advice.map(({ code }) => partOf[code]));
  return checkParts.map((part) => {
    const { state } = report?.[part] ?? waiting;
    const finding = report === undefined ? words.say('waiting') : findingOf(part, report, words);
    const facts = report === undefined ? [] : factsOf(part, report, words);
    return { part, state: state === 'passed' && advised.has(part) ? 'limited' : state, finding, facts };
  });
}

const waiting: CheckPart<never> = { state: 'waiting' };

/** Part of the check that each advice concerns; TCP_ONLY and TLS_ONLY concern all parts. */
const partOf: Readonly<Partial<Record<CheckAdviceCode, CheckPartName>>> = {
  SIGNALING_BLOCKED: 'signaling',
  SERVICE_BUSY: 'signaling',
  CHECK_REFUSED: 'signaling',
  UDP_BLOCKED: 'udp',
  UPLINK_LOW: 'uplink',
  UPLINK_TOO_LOW: 'uplink',
  DOWNLINK_LOW: 'downlink',
  DOWNLINK_TOO_LOW: 'downlink',
  LOSS_HIGH: 'uplink',
  LOSS_TOO_HIGH: 'uplink',
  JITTER_HIGH: 'downlink',
  RTT_HIGH: 'uplink',
  CAMERA_DENIED: 'camera',
  CAMERA_BUSY: 'camera',
  CAMERA_MISSING: 'camera',
  CAMERA_FAILED: 'camera',
  MICROPHONE_DENIED: 'microphone',
  MICROPHONE_BUSY: 'microphone',
  MICROPHONE_MISSING: 'microphone',
  MICROPHONE_FAILED: 'microphone',
  MICROPHONE_SILENT: 'microphone',
};

function findingOf(part: CheckPartName, report: CheckReport, { say, format }: Words): string {
  const { state, code } = report[part];
  if (state === 'waiting') return say('waiting');
  if (state === 'running') return say('part.running');
  if (state === 'passed') return passedText(part, report, { say, format });
  const known = keyIfKnown(`code.${code}`);
  if (known !== undefined) return say(known);
  // For a device, the advice explains the failure best.
  const advice = report.advice.find((one) => partOf[one.code] === part);
  if (advice === undefined) return say('code.other', { code: code ?? '' });
  return titleOf(advice, { say, format });
}

function titleOf(advice: CheckAdvice, words: Words): string {
  const title = keyIfKnown(`advice.${advice.code}`);
  return title === undefined
    ? words.say('code.other', { code: advice.code })
    : words.say(title, valuesOf(advice, words));
}

function passedText(part: CheckPartName, report: CheckReport, { say, format }: Words): string {
  switch (part) {
    case 'camera': {
      const { width = 0, height = 0, frameRate = 0 } = report.camera.value ?? {};
      return say('camera.passed', { width, height, frameRate: format.number(frameRate) });
    }
    case 'microphone':
      return say('microphone.passed');
    case 'signaling':
      return say('signaling.passed', { connect: format.ms(report.signaling.value?.connectMs ?? 0) });
    case 'uplink': {
      const { bitrateBps = 0, lossShare = 0, rttMs = 0 } = report.uplink.value ?? {};
      const values = { rate: format.bps(bitrateBps), loss: format.share(lossShare), rtt: format.ms(rttMs) };
      return say('uplink.passed', values);
    }
    case 'downlink': {
      const { bitrateBps = 0, lossShare = 0, jitterMs = 0 } = report.downlink.value ?? {};
      const values = { rate: format.bps(bitrateBps), loss: format.share(lossShare), jitter: format.ms(jitterMs) };
      return say('downlink.passed', values);
    }
    default: {
      const { connectMs = 0, isRelayed = false } = report[part].value ?? {};
      return say(isRelayed ? 'path.relayed' : 'path.passed', { connect: format.ms(connectMs) });
    }
  }
}

type Fact = readonly [CheckKey, string | undefined];

function factsOf(part: CheckPartName, report: CheckReport, { say, format }: Words): CheckRow['facts'] {
  const ifMeasured = (value: number | undefined, toText: (value: number) => string) =>
    value === undefined ? value : toText(value);
  const { ms, bps, share } = format;
  const ofPart = (): Fact[] => {
    switch (part) {
      case 'camera': {
        const { label, width, height, frameRate } = report.camera.value ?? {};
        const size = width === undefined ? undefined : `${width} × ${height}`;
        return [
          ['fact.device', label],
          ['fact.size', size],
          ['fact.frameRate', ifMeasured(frameRate, format.number)],
        ];
      }
      case 'microphone': {
        const { label, levelPeak } = report.microphone.value ?? {};
        return [
          ['fact.device', label],
          ['fact.level', ifMeasured(levelPeak, share)],
        ];
      }
      case 'signaling': {
        const { signalingId, url, connectMs, rttMs } = report.signaling.value ?? {};
        return [
          ['fact.node', signalingId],
          ['fact.url', url],
          ['fact.connect', ifMeasured(connectMs, ms)],
          ['fact.rtt', ifMeasured(rttMs, ms)],
        ];
      }
      case 'uplink': {
        const { bitrateBps, lossShare, jitterMs, rttMs } = report.uplink.value ?? {};
        return [
          ['fact.rate', ifMeasured(bitrateBps, bps)],
          ['fact.loss', ifMeasured(lossShare, share)],
          ['fact.jitter', ifMeasured(jitterMs, ms)],
          ['fact.rtt', ifMeasured(rttMs, ms)],
        ];
      }
      case 'downlink': {
        const { bitrateBps, lossShare, jitterMs } = report.downlink.value ?? {};
        return [
          ['fact.rate', ifMeasured(bitrateBps, bps)],
          ['fact.loss', ifMeasured(lossShare, share)],
          ['fact.jitter', ifMeasured(jitterMs, ms)],
        ];
      }
      default:
        return pathFacts(report[part].value, { say, format });
    }
  };
  const facts: Fact[] = [...ofPart(), ['fact.code', report[part].code]];
  return facts.flatMap(([key, value]) => (value === undefined || value === '' ? [] : [[say(key), value] as const]));
}

function pathFacts(value: CheckPath | undefined, { say, format }: Words): Fact[] {
  const { targets = [], connectMs, rttMs, address, port, isRelayed } = value ?? {};
  return [
    ['fact.reached', address === undefined || port === undefined ? undefined : endpointText(address, port)],
    ['fact.relay', isRelayed === true ? say('fact.yes') : undefined],
    ['fact.connect', connectMs === undefined ? undefined : format.ms(connectMs)],
    ['fact.rtt', rttMs === undefined ? undefined : format.ms(rttMs)],
    ['fact.tried', targetsText(targets)],
  ];
}

/** Formats each protocol and address once, in order: UDP 192.0.2.1:4000, TCP 192.0.2.1:443. */
function targetsText(targets: readonly CheckTarget[]): string {
  const names = { udp: 'UDP', tcp: 'TCP', tls: 'TLS' } as const;
  const texts = targets.map(({ protocol, address, port }) => `${names[protocol]} ${endpointText(address, port)}`);
  return [...new Set(texts)].join(', ');
}

/** Returns the texts of the advice in the report's order, gravest first. Unknown advice shows its code. */
export function adviceOf(report: CheckReport, words: Words): AdviceText[] {
  return report.advice.map((advice) => {
    const { code, targets = [] } = advice;
    const values = valuesOf(advice, words);
    const plain = targets.length === 0 ? keyIfKnown(`advice.${code}.plain`) : undefined;
    const text = plain ?? keyIfKnown(`advice.${code}.text`);
    return {
      code,
      tone: graveAdvice.has(code) ? 'bad' : 'limited',
      title: titleOf(advice, words),
      text: text === undefined ? '' : words.say(text, values),
    };
  });
}

/** Advice without which a meeting would not work, copied from the SDK, since a core imports none of its values. */
const graveAdvice: ReadonlySet<string> = new Set<CheckAdviceCode>([
  'SIGNALING_BLOCKED',
  'SERVICE_BUSY',
  'CHECK_REFUSED',
  'BROWSER_UNSUPPORTED',
  'MEDIA_BLOCKED',
  'UPLINK_TOO_LOW',
  'DOWNLINK_TOO_LOW',
  'LOSS_TOO_HIGH',
]);

function valuesOf({ code, targets = [], measured, limit }: CheckAdvice, { format }: Words): Record<string, string> {
  const as = code.startsWith('LOSS') ? format.share : /^(UP|DOWN)LINK/.test(code) ? format.bps : format.ms;
  const values: Record<string, string> = { targets: targetsText(targets) };
  if (measured !== undefined) values['measured'] = as(measured);
  if (limit !== undefined) values['limit'] = as(limit);
  return values;
}

/** Returns the report for support: in words, then as JSON. */
export function reportText(report: CheckReport, words: Words): string {
  const { say, format } = words;
  const { verdict, startedAt, tookMs, isFinished, sdk, userAgent, placement } = report;
  const advice = adviceOf(report, words);
  const lines = [
    say('text.heading'),
    isFinished ? say('text.result', { verdict: say(`verdict.${verdict}`) }) : say('text.unfinished'),
    say('text.began', { startedAt, took: format.ms(tookMs) }),
    '',
    ...rowsOf(report, words).map(({ part, state, finding }) =>
      say('text.line', { part: say(`part.${part}`), state: say(`state.${state}`), finding }),
    ),
  ];
  if (advice.length > 0) lines.push('', `${say('advice')}:`, ...advice.map(({ title, text }) => `- ${title}. ${text}`));
  if (placement !== undefined) {
    const { city, region, nodeId, reasons } = placement;
    lines.push('', `${say('where.title')}: ${[city, region, nodeId].filter(Boolean).join(', ')}`);
    lines.push(...reasons.map((reason) => `- ${reason}`));
  }
  lines.push('', say('text.software', { sdk, userAgent }), '', JSON.stringify(report, null, 2));
  return `${lines.join('\n')}\n`;
}
