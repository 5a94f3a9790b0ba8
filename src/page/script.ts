/**
 * The live refresh, as it is sent to browsers. The page is whole without it.
 * It fetches the page's own address and puts in place what has changed, part by
 * part (`data-live`), except where the reader is at work: a part that holds the
 * focus or a selection waits, and an opened table stays open.
 */
export const SCRIPT = `'use strict';
(() => {
  const everyMs = Number(document.body.dataset.refresh) * 1000;
  const stale = document.getElementById('stale');
  const pause = document.getElementById('pause');
  let paused = false;

  pause.hidden = false;
  pause.addEventListener('click', () => {
    paused = !paused;
    pause.setAttribute('aria-pressed', String(paused));
  });

  const isInUse = (part) => {
    const selection = document.getSelection();
    return part.contains(document.activeElement) ||
      (selection !== null && !selection.isCollapsed && selection.containsNode(part, true));
  };

  const put = (fresh) => {
    document.title = fresh.title;
    for (const part of document.querySelectorAll('[data-live]')) {
      const next = fresh.getElementById(part.id);
      if (next === null) continue;
      for (const opened of part.querySelectorAll('details[open]')) {
        const same = next.querySelector('#' + opened.id);
        if (same !== null) same.open = true;
      }
      if (isInUse(part) || part.isEqualNode(next)) continue;
      // A screen reader speaks what changes within the element that it knows, and not a new one.
      if (part.getAttribute('role') === 'status') part.textContent = next.textContent;
      else part.replaceWith(document.adoptNode(next));
    }
  };

  const refresh = async () => {
    if (document.hidden || paused) return;
    try {
      const answer = await fetch(location.href, { signal: AbortSignal.timeout(30000), redirect: 'error' });
      if (!answer.ok) throw new Error(String(answer.status));
      put(new DOMParser().parseFromString(await answer.text(), 'text/html'));
      stale.hidden = true;
    } catch {
      stale.hidden = false;
    }
  };

  let underWay = false;
  const once = async () => {
    if (underWay) return;
    underWay = true;
    await refresh();
    underWay = false;
  };
  setInterval(once, everyMs);
  document.addEventListener('visibilitychange', once);
})();
`;
