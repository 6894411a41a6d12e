import { CircleCheck, OctagonPause, Waypoints } from 'lucide-react';
import { useState } from 'react';
import { Field } from '../../account/ui/fields.tsx';
import { useTexts } from '../../admin/text.ts';
import { State } from '../../admin/traffic/parts.tsx';
import { AskDialog } from '../../admin/ui/ask-dialog.tsx';
import type { MenuItem } from '../../admin/ui/row-menu.tsx';
import type { ConsoleApi } from '../api.ts';
import type { ConsoleNode } from '../types.ts';
import {
  certificateHours,
  certificateHoursMin,
  diskShare,
  drainShare,
  isSilent,
  levelOf,
  stateOf,
  toneOf,
} from './core/rows.ts';
import { type FleetKey, fleetTexts } from './text.ts';

export function LoadBar({ name, share, text }: { name: string; share: number | undefined; text: string }) {
  const fill = Math.min(1, Math.max(0, share ?? 0));
  return (
    <span className="load" title={name}>
      <span className="load-bar overflow-hidden rounded-full bg-raised" data-level={levelOf(fill)}>
        <span style={{ width: `${fill * 100}%` }} />
      </span>
      <span className="text-soft text-s tabular one-line">{text}</span>
    </span>
  );
}

/** Shows how full the disk is, with its free space. `isWhole` adds its size. */
export function DiskBar({ node, isWhole = false }: { node: ConsoleNode; isWhole?: boolean }) {
  const { say, locale } = useTexts(fleetTexts);
  const share = diskShare(node);
  if (node.disk === undefined || share === undefined) return null;
  const [free, all] = [node.disk.freeBytes, node.disk.bytes].map((bytes) =>
    (bytes / 1e9).toLocaleString(locale, { maximumFractionDigits: bytes < 10e9 ? 1 : 0 }),
  );
  const values = { free: free ?? '', all: all ?? '' };
  return <LoadBar name={say('disk')} share={share} text={say(isWhole ? 'diskOf' : 'diskFree', values)} />;
}

/** Shows a node's state and the progress of its drain. `mostToMove`: most sessions seen so far in the drain. */
export function NodeState({ node, mostToMove }: { node: ConsoleNode; mostToMove: number }) {
  const { say, locale } = useTexts(fleetTexts);
  const state = stateOf(node);
  const drained = drainShare(node, mostToMove);
  const reason = node.isDraining ? node.drainReason : node.cordonReason;
  return (
    <div className="admin-two node-state">
      <State tone={toneOf(state)}>{say(`state.${state}`)}</State>
      {drained === undefined ? null : (
        <>
          <progress value={drained} max={1} aria-label={say('state.draining')} />
          <span className="faint small nowrap">
            {drained === 1 ? say('moved') : say('toMove', { count: (node.sessionsToMove ?? 0).toLocaleString(locale) })}
          </span>
        </>
      )}
      {reason === undefined || reason === '' ? null : <span className="faint small">{reason}</span>}
    </div>
  );
}

export function Certificate({ node, nowMs }: { node: ConsoleNode; nowMs: number }) {
  const { say, locale } = useTexts(fleetTexts);
  const hours = certificateHours(node, nowMs);
  if (hours === undefined) return <span className="faint">{say('certificateNone')}</span>;
  const key: FleetKey =
    hours < 0
      ? 'certificateEnded'
      : hours === 0
        ? 'certificateSoon'
        : hours < 48
          ? 'certificateHours'
          : 'certificateDays';
  const text = say(key, { hours, days: Math.floor(hours / 24).toLocaleString(locale) });
  return hours < certificateHoursMin.good ? (
    <State tone={hours < certificateHoursMin.fair ? 'bad' : 'warn'}>{text}</State>
  ) : (
    <span className="nowrap">{text}</span>
  );
}

export function Silence({ node }: { node: ConsoleNode }) {
  const { say, locale } = useTexts(fleetTexts);
  const text =
    node.silentMs < 1000
      ? say('silentMs', { ms: node.silentMs })
      : say('silentS', { s: Math.round(node.silentMs / 1000).toLocaleString(locale) });
  return isSilent(node) ? <State tone="bad">{text}</State> : <span className="faint nowrap">{text}</span>;
}

export function Version({ node, usual }: { node: ConsoleNode; usual: string | undefined }) {
  const { say } = useTexts(fleetTexts);
  if (usual === undefined || node.version === usual) return <span className="nowrap">{node.version}</span>;
  return (
    <div className="admin-two">
      <State tone="warn">{node.version}</State>
      <span className="faint small">{say('versionUsual', { kind: node.kind, version: usual })}</span>
    </div>
  );
}

export const acts = ['cordon', 'drain', 'uncordon'] as const;
export type Act = (typeof acts)[number];
export interface Question {
  readonly act: Act;
  readonly node: ConsoleNode;
}

export function actsFor({ isCordoned, isDraining }: ConsoleNode): readonly Act[] {
  if (isDraining) return ['uncordon'];
  return isCordoned ? ['drain', 'uncordon'] : ['cordon', 'drain'];
}

export const actIcons = { cordon: OctagonPause, drain: Waypoints, uncordon: CircleCheck } as const;

export function useActItems(onAsk: (question: Question) => void): (node: ConsoleNode) => readonly MenuItem[] {
  const { say } = useTexts(fleetTexts);
  return (node) =>
    actsFor(node).map((act) => ({
      key: act,
      icon: actIcons[act],
      text: say(act),
      isDangerous: act === 'drain',
      act: () => onAsk({ act, node }),
    }));
}

const REASON_CHARACTERS_MAX = 200;

interface AskProps {
  question: Question;
  api: ConsoleApi;
  /** Called when the API has accepted the act; with true if the node itself confirmed it. */
  onDone(isConfirmed: boolean): void;
  onClose(): void;
}

/** Asks for confirmation and a reason before the act. */
export function NodeQuestion({ question: { act, node }, api, onDone, onClose }: AskProps) {
  const { say, locale } = useTexts(fleetTexts);
  const [reason, setReason] = useState('');
  const values = { node: node.nodeId, count: node.sessions.toLocaleString(locale) };
  const submit = async (): Promise<void> => {
    const path = `/console/nodes/${encodeURIComponent(node.nodeId)}/${act}`;
    const trimmedReason = reason.trim();
    const { heard } = await api.post<{ heard: boolean }>(path, trimmedReason === '' ? {} : { reason: trimmedReason });
    onDone(heard);
  };
  return (
    <AskDialog
      title={say(`${act}Title`, values)}
      button={say(act)}
      isDangerous={act === 'drain'}
      failed={say('actFailed')}
      act={submit}
      onClose={onClose}
    >
      <p className="admin-question">{say(`${act}Text`, values)}</p>
      {act === 'uncordon' ? null : (
        <Field
          label={say('reason')}
          hint={say('reasonHint')}
          maxLength={REASON_CHARACTERS_MAX}
          value={reason}
          onText={setReason}
        />
      )}
    </AskDialog>
  );
}
