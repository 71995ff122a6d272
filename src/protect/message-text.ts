/** Whom a message of the activity log is about, as far as its text says so. */
export interface MessagePlace {
  node: string | null;
  schedule: string | null;
  session: number | null;
}

// Names as the server allows them (storage pools, nodes and schedules share the set), `$` and `@` for the ones it makes itself.
const nodeForms = [
  // ANE4959I (Session: 101638, Node: LAB7.CHEM)  Total number of objects failed: 3
  /^AN[A-Z]\d{4,5}[A-Z] \(Session: [\d.,]+, Node: ([^\s,)]+)\)/i,
  // ANR2578W Schedule … for node LAB7.CHEM has missed …; ANR0480W Session 8461 for node LAB7.CHEM (Linux x86-64) terminated …
  /\bfor (?:client )?node ([^\s,;()]+)/i,
];
const scheduleForms = [
  // ANR2578W Schedule NIGHTLY in domain CHEM for node …; ANR2507I Schedule NIGHTLY for domain CHEM started …
  /\bschedule (\S+) (?:in|for) (?:policy )?domain\b/i,
  // ANR3440W … for node LAB7.CHEM in schedule NIGHTLY. The schedule is associated …
  /\bin schedule ([^\s,;]+?)\.?(?=\s|$)/i,
  // ANE1512E Scheduled event 'NIGHTLY' failed.
  /\bscheduled event '([^']+)'/i,
];
const sessionForms = [
  /\(SESSION: ([\d.,]+)(?:, PROCESS: [\d.,]+)?\)\s*$/i,
  /^AN[A-Z]\d{4,5}[A-Z] \(Session: ([\d.,]+)[,)]/i,
  /\bSession ([\d.,]+) (?:started |ended )?for node\b/i,
];

/** ANR2017I quotes a command: what looks like a name in it was typed by a person, not said by the server. */
const quotedCommand = 2017;

/** Reads node, schedule and session out of the text, for logs that leave those columns empty. */
export function placeMessage(number: number, text: string): MessagePlace {
  if (number === quotedCommand) return { node: null, schedule: null, session: sessionOf(text) };
  return { node: nameOf(nodeForms, text), schedule: nameOf(scheduleForms, text), session: sessionOf(text) };
}

function nameOf(forms: readonly RegExp[], text: string): string | null {
  const found = firstMatch(forms, text)?.replace(/\.$/, '');
  return found === undefined || found === '' || found.length > 64 ? null : found;
}

function sessionOf(text: string): number | null {
  // Numbers in texts may carry thousands separators: 36,775.
  const digits = firstMatch(sessionForms, text)?.replace(/[.,]/g, '');
  if (digits === undefined || digits === '') return null;
  const session = Number(digits);
  return session > 0 && session < 2 ** 31 ? session : null;
}

function firstMatch(forms: readonly RegExp[], text: string): string | undefined {
  for (const form of forms) {
    const found = form.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}
