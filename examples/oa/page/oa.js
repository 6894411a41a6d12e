// The page of the office system: a list of meetings, one of them in full, and a form to book. It is drawn anew whenever
// the server says that something has changed.
const at = (id) => document.getElementById(id);
const form = at('form').querySelector('form');
let chosen = location.hash.slice(1);

/** An element; text stays text. */
function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (key === 'onclick') made.addEventListener('click', value);
    else if (value !== undefined && value !== false) made.setAttribute(key, value === true ? '' : value);
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}

async function ask(method, path, body) {
  const answer = await fetch(`/api${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const content = answer.status === 204 ? undefined : await answer.json();
  if (!answer.ok) throw new Error(content.message);
  return content;
}

const timeText = (text) => new Date(text).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const clockText = (text) => new Date(text).toLocaleTimeString();
const minutes = (seconds) => `${Math.round(seconds / 6) / 10} min`;

async function drawList() {
  const bookings = await ask('GET', '/bookings');
  at('none').hidden = bookings.length > 0;
  at('bookings').replaceChildren(
    ...bookings.map(({ id, title, status, isRunning, people }) =>
      el(
        'li',
        {},
        el(
          'button',
          { 'data-booking': id, 'aria-current': String(id === chosen), onclick: () => choose(id) },
          el('div', {}, title),
          el(
            'div',
            { class: isRunning ? 'live' : 'quiet' },
            isRunning ? `In progress · ${people.length}` : status === 'cancelled' ? 'Cancelled' : 'Not in progress',
          ),
        ),
      ),
    ),
  );
}

function choose(id) {
  chosen = id;
  history.replaceState(null, '', `#${id}`);
  void draw();
}

const controlsOf = ({ id, isRunning, isLocked, status }) => {
  const button = (control, words) =>
    el(
      'button',
      { 'data-control': control, onclick: () => ask('POST', `/bookings/${id}/${control}`).then(draw, show) },
      words,
    );
  return el(
    'div',
    { class: 'row' },
    isRunning && button('muteAll', 'Mute all'),
    isRunning && (isLocked ? button('unlock', 'Unlock') : button('lock', 'Lock')),
    isRunning && button('end', 'End for all'),
    status === 'scheduled' && !isRunning && button('cancel', 'Cancel meeting'),
  );
};

const table = (heads, rows, attributes = {}) =>
  el(
    'table',
    attributes,
    el('thead', {}, el('tr', {}, ...heads.map((head) => el('th', { scope: 'col' }, head)))),
    el('tbody', {}, ...rows.map((cells) => el('tr', {}, ...cells.map((cell) => el('td', {}, cell ?? ''))))),
  );

async function drawDetail() {
  if (chosen === '') return;
  const booking = await ask('GET', `/bookings/${chosen}`);
  const {
    title,
    number,
    status,
    recurrence,
    invitees,
    occurrences,
    conflicts,
    isRunning,
    isLocked,
    people,
    events,
    report,
  } = booking;
  const state =
    status === 'cancelled' ? 'Cancelled' : isRunning ? `In progress${isLocked ? ', locked' : ''}` : 'Not in progress';
  const present = new Set(people.map(({ identity }) => identity));
  at('detail').replaceChildren(
    el('h2', {}, title),
    el('p', { id: 'state', class: isRunning ? 'live' : 'quiet' }, `${state} · Meeting number ${number}`),
    controlsOf(booking),
    el('h3', {}, recurrence === '' ? 'When' : 'Next times'),
    el('ul', {}, ...occurrences.map(({ startsAt }) => el('li', {}, timeText(startsAt)))),
    conflicts.length > 0 && el('p', {}, `${conflicts.length} other meetings of these people at the same time.`),
    el('h3', {}, 'People'),
    table(
      ['Name', 'Answer', 'Here', 'Link'],
      invitees.map(({ name, userId, answer, isHost, url }) => [
        isHost ? `${name} (host)` : name,
        answer,
        present.has(userId) ? 'yes' : '',
        url && el('a', { href: url, 'data-link': userId, target: '_blank', rel: 'noreferrer' }, 'Open'),
      ]),
      { id: 'people' },
    ),
    events.length > 0 && el('h3', {}, 'What happened'),
    events.length > 0 &&
      table(
        ['', 'Time', 'Event', 'Participant'],
        events.map(({ sequence, createdAt, event, participant, track, reason }) => [
          String(sequence),
          clockText(createdAt),
          [event, track?.source, reason].filter(Boolean).join(' · '),
          participant?.name,
        ]),
        { id: 'events' },
      ),
    report && el('h3', {}, 'Report'),
    report && reportTable(report),
  );
}

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

const show = (error) => at('detail').prepend(el('p', { role: 'alert' }, error.message));
let drawing = Promise.resolve();
/** One after another: the last one drawn is the newest. */
const draw = () => {
  drawing = drawing.then(drawList).then(drawDetail).catch(show);
  return drawing;
};

const employees = await ask('GET', '/employees');
form.elements.host.append(...employees.map(({ id, name }) => el('option', { value: id }, name)));
at('invitees').append(
  ...employees.map(({ id, name }) =>
    el('label', { class: 'check' }, el('input', { type: 'checkbox', name: 'invitee', value: id }), ` ${name}`),
  ),
);
at('new').addEventListener('click', () => {
  const soon = new Date(Math.ceil(Date.now() / 60_000) * 60_000);
  form.elements.localStart.value = new Date(soon - soon.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  at('form').showModal();
});
at('close').addEventListener('click', () => at('form').close());
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { title, localStart, durationMinutes, recurrence, host, waitingRoom } = form.elements;
  try {
    const { id } = await ask('POST', '/bookings', {
      title: title.value,
      localStart: localStart.value,
      recurrence: recurrence.value,
      host: host.value,
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      durationMinutes: Number(durationMinutes.value),
      waitingRoom: waitingRoom.checked,
      invitees: new FormData(form).getAll('invitee'),
    });
    at('problem').textContent = '';
    at('form').close();
    choose(id);
  } catch (error) {
    at('problem').textContent = error.message;
  }
});
new EventSource('/api/changes').addEventListener('message', () => void draw());
await draw();
