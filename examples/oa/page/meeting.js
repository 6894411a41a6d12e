// A meeting in full: the booking, people and their answers, events, and the report.
import { el } from './dom.js';

const timeText = (text) => new Date(text).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const clockText = (text) => new Date(text).toLocaleTimeString();
const minutes = (seconds) => `${Math.round(seconds / 6) / 10} min`;

const ANSWERS = {
  needsAction: 'has not answered',
  accepted: 'comes',
  tentative: 'may come',
  declined: 'does not come',
};

/** Returns the children for `fill`. `act` is called with the name of the pressed button's control. */
export function partsOfMeeting(booking, act) {
  const { title, number, status, recurrence, invitees, occurrences, conflicts, isRunning, isLocked } = booking;
  const { people, events, report } = booking;
  const state =
    status === 'cancelled' ? 'Cancelled' : isRunning ? `In progress${isLocked ? ', locked' : ''}` : 'Not in progress';
  return [
    el('h2', {}, title),
    el('p', { id: 'state', class: isRunning ? 'live' : 'quiet' }, `${state} · Meeting number ${number}`),
    controlsOf(booking, act),
    occurrences.length > 0 && el('h3', {}, recurrence === '' ? 'When' : 'Next times'),
    occurrences.length > 0 && el('ul', {}, ...occurrences.map(({ startsAt }) => el('li', {}, timeText(startsAt)))),
    conflicts.length > 0 && el('p', {}, conflictText(conflicts.length)),
    el('h3', {}, 'People'),
    peopleTable(invitees, new Set(people.map(({ identity }) => identity))),
    events.length > 0 && el('h3', {}, 'What happened'),
    events.length > 0 && eventsTable(events),
    report && el('h3', {}, 'Report'),
    report && reportTable(report),
  ];
}

const conflictText = (count) =>
  `At the same time these people have ${count === 1 ? 'another meeting' : `${count} other meetings`}.`;

function controlsOf({ isRunning, isLocked, status }, act) {
  const button = (control, words) => el('button', { 'data-control': control, onclick: () => act(control) }, words);
  return el(
    'div',
    { class: 'row' },
    isRunning && button('muteAll', 'Mute all'),
    isRunning && (isLocked ? button('unlock', 'Unlock') : button('lock', 'Lock')),
    isRunning && button('end', 'End for all'),
    status === 'scheduled' && !isRunning && button('cancel', 'Cancel meeting'),
  );
}

/** In a scrolling frame, so that a narrow window cuts nothing off. */
const table = (heads, rows, attributes = {}) =>
  el(
    'div',
    { class: 'wide' },
    el(
      'table',
      attributes,
      el('thead', {}, el('tr', {}, ...heads.map((head) => el('th', { scope: 'col' }, head)))),
      el('tbody', {}, ...rows.map((cells) => el('tr', {}, ...cells.map((cell) => el('td', {}, cell ?? ''))))),
    ),
  );

const peopleTable = (invitees, present) =>
  table(
    ['Name', 'Answer', 'Here', 'Link'],
    invitees.map(({ name, userId, answer, isHost, url }) => [
      isHost ? `${name} (host)` : name,
      ANSWERS[answer] ?? answer,
      present.has(userId) ? 'yes' : '',
      url && el('a', { href: url, 'data-link': userId, target: '_blank', rel: 'noreferrer' }, 'Open'),
    ]),
    { id: 'people' },
  );

const eventsTable = (events) =>
  table(
    ['No.', 'Time', 'Event', 'Participant'],
    events.map(({ sequence, createdAt, event, participant, track, reason }) => [
      String(sequence),
      clockText(createdAt),
      [event, track?.source, reason].filter(Boolean).join(' · '),
      participant?.name,
    ]),
    { id: 'events' },
  );

const reportTable = ({ occurrences }) =>
  table(
    ['Name', 'Present', 'Joins', 'Round trip', 'Device'],
    (occurrences.at(-1)?.persons ?? []).map(({ name, identity, attendance, totalS, joins, quality }) => [
      name || identity,
      attendance === 'present' ? minutes(totalS) : 'absent',
      String(joins),
      quality?.rttP50Ms === undefined ? '' : `${quality.rttP50Ms} ms`,
      quality?.device,
    ]),
    { id: 'report' },
  );
