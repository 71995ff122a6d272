// Saves reloads: fetches the page anew every two seconds while it is looked at, swaps the parts that changed, and sends forms
// in the background. Without it every form and link still works.
(() => {
  const pollMs = 2000;
  const scroller = document.querySelector('main') ?? document.documentElement;
  if (!document.querySelector('[data-part]')) return;
  document.documentElement.classList.add('scripted');

  const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
  };

  const jump = document.querySelector('#jump');
  const lastMessage = () => [...scroller.querySelectorAll('main > .message')].at(-1)?.id;
  let last = lastMessage();

  function openKeys(part) {
    return [...part.querySelectorAll('details[open][data-key]')].map((details) => details.dataset.key);
  }

  function swap(text) {
    const fresh = new DOMParser().parseFromString(text, 'text/html');
    const stay = atEnd();
    for (const next of fresh.querySelectorAll('[data-part]')) {
      const part = document.querySelector(`[data-part="${next.dataset.part}"]`);
      // Compared before the browser adds to it: which details are open is the reader's business.
      if (!part || part.fresh === next.innerHTML) continue;
      // Nobody wants a menu to vanish under the thumb.
      if (part.contains(document.activeElement) && document.activeElement.tagName === 'SELECT') continue;
      const open = new Set(openKeys(part));
      part.fresh = next.innerHTML;
      part.replaceChildren(...next.childNodes);
      for (const details of part.querySelectorAll('details[data-key]'))
        if (open.has(details.dataset.key)) details.open = true;
    }
    if (stay) toEnd();
    else if (jump && lastMessage() !== last) jump.hidden = false;
    last = lastMessage();
  }

  scroller.addEventListener('scroll', () => {
    if (jump && atEnd()) jump.hidden = true;
  });
  jump?.addEventListener('click', (event) => {
    event.preventDefault();
    toEnd();
  });

  let running = false;
  async function refresh() {
    if (running || document.hidden) return;
    running = true;
    try {
      const response = await fetch(location.href);
      if (response.ok) swap(await response.text());
    } catch {
      // The program restarts or is gone; the next turn tries again.
    }
    running = false;
  }

  document.addEventListener('submit', (event) => {
    const form = event.target;
    const pressed = event.submitter;
    if (pressed?.dataset.confirm && !window.confirm(pressed.dataset.confirm)) {
      event.preventDefault();
      return;
    }
    if (form.method !== 'post' || !form.closest('.blocks, .composer, .only-you')) return;
    event.preventDefault();
    void send(form, pressed);
  });

  async function send(form, pressed) {
    const body = new URLSearchParams(new FormData(form, pressed));
    const stay = form.closest('.composer') || atEnd();
    const input = form.querySelector('input[name=text]');
    const buttons = form.querySelectorAll('button');
    for (const button of buttons) button.disabled = true;
    form.classList.add('busy');
    if (input) input.value = '';
    const response = await fetch(form.action, { method: 'POST', body }).catch(() => null);
    if (response?.ok) swap(await response.text());
    // What was typed is not lost when the program is not there.
    else if (input) input.value = body.get('text');
    for (const button of buttons) button.disabled = false;
    form.classList.remove('busy');
    if (stay) toEnd();
    input?.focus();
  }

  document.addEventListener('change', (event) => {
    if (event.target.matches('select[data-submit]')) event.target.form.requestSubmit();
  });

  // The note about the new morning belongs to the moment, not to the address.
  if (location.search.includes('morning=1')) {
    history.replaceState(null, '', location.href.replace(/&morning=1/, ''));
  }
  for (const part of document.querySelectorAll('[data-part]')) part.fresh = part.innerHTML;
  if (!location.hash || location.hash === '#latest') toEnd();
  setInterval(() => void refresh(), pollMs);
})();
