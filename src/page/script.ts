/**
 * What keeps an open page true, as it is sent to browsers. The page is whole without it.
 *
 * It fetches the page's own address and puts in place what has changed, part by part (`data-live`), except where the
 * reader is at work: a part that holds the focus or a selection waits, and an opened table stays open. Ages go on by
 * themselves (`data-since`). Once nothing has answered for twelve seconds, what is shown is out of date, and says so: a
 * page must not go on shining green while nobody knows. Elapsed time is the greater of what two clocks say, as sleep stops
 * the one, and people set the other.
 */
export const SCRIPT = `'use strict';
(() => {
  const PING_MS = 5000;
  const SILENT_MS = 12000;
  const everyMs = document.body.dataset.refresh === 'never' ? Infinity : Number(document.body.dataset.refresh) * 1000;
  const stale = document.getElementById('stale');
  const noAnswer = document.getElementById('no-answer');
  const pausedNote = document.getElementById('paused');
  const pause = document.getElementById('pause');

  const moment = () => ({ wall: Date.now(), steady: performance.now() });
  const elapsed = ({ wall, steady }) => Math.max(0, Date.now() - wall, performance.now() - steady);
  let paused = false;
  const failures = new Set();
  let answered = moment();
  let shown = answered;
  let shownNow = Number(document.body.dataset.now);

  const UNITS = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
  const duration = (ms) => {
    const seconds = Math.max(1, Math.round(ms / 1000));
    const first = UNITS.findIndex(([, size]) => seconds >= size);
    const [name, size] = UNITS[first];
    const [lesser, lesserSize] = UNITS[first + 1] ?? ['s', 1];
    const rest = lesser === 's' ? 0 : Math.floor((seconds % size) / lesserSize);
    return Math.floor(seconds / size) + ' ' + name + (rest === 0 ? '' : ' ' + rest + ' ' + lesser);
  };

  const tick = () => {
    const now = shownNow + elapsed(shown);
    for (const age of document.querySelectorAll('[data-since]')) {
      const text = duration(now - Number(age.dataset.since));
      if (age.textContent !== text) age.textContent = text;
    }
    const isSilent = !paused && (failures.size > 0 || elapsed(answered) > SILENT_MS || elapsed(shown) > everyMs * 1.5);
    noAnswer.hidden = !isSilent;
    pausedNote.hidden = !paused;
    stale.hidden = !isSilent && !paused;
    document.body.classList.toggle('old', !stale.hidden);
  };

  const isInUse = (part) => {
    const selection = document.getSelection();
    return part.contains(document.activeElement) ||
      (selection !== null && !selection.isCollapsed && selection.containsNode(part, true));
  };

  const put = (fresh) => {
    document.title = fresh.title;
    shownNow = Number(fresh.body.dataset.now);
    shown = moment();
    for (const part of document.querySelectorAll('[data-live]')) {
      const next = fresh.getElementById(part.id);
      if (next === null) continue;
      for (const opened of part.querySelectorAll('details[open]')) {
        const same = next.querySelector('#' + opened.id);
        if (same !== null) same.open = true;
      }
      // Good news that has turned bad waits for nobody.
      if ((isInUse(part) && part.className === next.className) || part.isEqualNode(next)) continue;
      // A screen reader speaks what changes within the element that it knows, and not a new one.
      if (part.getAttribute('role') === 'status') part.textContent = next.textContent;
      else part.replaceWith(document.adoptNode(next));
    }
  };

  // One at a time of each kind.
  const asking = (address, timeoutMs, take) => {
    let underWay = false;
    return async () => {
      if (document.hidden || paused || underWay) return;
      underWay = true;
      try {
        const answer = await fetch(address, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
        if (!answer.ok) throw new Error(String(answer.status));
        await take(answer);
        answered = moment();
        failures.delete(address);
      } catch {
        failures.add(address);
      }
      underWay = false;
      tick();
    };
  };
  const ping = asking('/healthz', PING_MS, (answer) => answer.text());
  const refresh = asking(location.href, 30000, async (answer) => {
    put(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  });
  const now = () => {
    tick();
    ping();
    if (everyMs !== Infinity) refresh();
  };

  setInterval(tick, 1000);
  setInterval(ping, PING_MS);
  if (everyMs !== Infinity) setInterval(refresh, everyMs);
  document.addEventListener('visibilitychange', now);
  window.addEventListener('pageshow', tick);
  if (pause === null) return;
  pause.hidden = false;
  pause.addEventListener('click', () => {
    paused = !paused;
    pause.setAttribute('aria-pressed', String(paused));
    now();
  });
})();
`;
