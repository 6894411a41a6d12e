// The page of the office system: a list of meetings, a meeting in full, and a booking form. It is redrawn at every
// change that the server reports.
import { el, fill } from './dom.js';
import { partsOfMeeting } from './meeting.js';

const at = (id) => document.getElementById(id);
const form = at('form').querySelector('form');
let chosen = location.hash.slice(1);

async function ask(method, path, body) {
  const answer = await fetch(`/api${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const content = answer.status === 204 ? undefined : await answer.json();
  if (!answer.ok) throw new Error(content.message);
  return content;
}

async function drawList() {
  const bookings = await ask('GET', '/bookings');
  at('none').hidden = bookings.length > 0;
  fill(
    at('bookings'),
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

async function drawDetail() {
  if (chosen === '') return;
  const booking = await ask('GET', `/bookings/${chosen}`);
  const act = (control) => ask('POST', `/bookings/${booking.id}/${control}`).then(draw, show);
  fill(at('detail'), ...partsOfMeeting(booking, act));
}

const show = (error) => at('detail').prepend(el('p', { role: 'alert' }, error.message));
let drawing = Promise.resolve();
/** Draws one after another, so that the newest is drawn last. */
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
