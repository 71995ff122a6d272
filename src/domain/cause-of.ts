import type { CauseKey } from './catalogue';
import type { Wall } from './node-night';
import type { Outcome } from './outcome';

export interface LogMessage {
  at: Wall;
  number: number;
  text: string;
}

export interface Evidence {
  outcome: Outcome;
  status: string | null;
  result: number | null;
  messages: readonly LogMessage[];
}

/**
 * What a message is about, which tells when it counts. `header`: only says that something failed, any other explains more.
 * `vague`: names a failure but hardly its reason. `file`: single objects; never the reason for a start that did not happen or for
 * a connection that was cut. `link`: the connection went. `cut`: the server ended it, and says by which limit.
 * `idle`: likewise, but it may have been a helper session that only waited while another one worked.
 */
type Kind = 'header' | 'vague' | 'skipped' | 'file' | 'link' | 'cut' | 'idle' | 'reason' | 'server';

type Entry = readonly [CauseKey | null, Kind];

/** Messages of the server, ANRnnnn. */
const serverMessages: Readonly<Record<number, Entry>> = {
  424: ['password-wrong', 'reason'],
  425: ['password-expired', 'reason'],
  440: ['protocol-error', 'link'],
  480: ['connection-lost', 'link'],
  481: ['response-limit', 'cut'],
  482: ['idle-limit', 'idle'],
  488: ['throughput-limit', 'cut'],
  522: ['server-full', 'server'],
  530: ['server-error', 'vague'],
  2568: ['start-denied', 'reason'],
  2578: [null, 'header'],
  2579: [null, 'header'],
  3440: [null, 'header'],
};

/** Messages of the clients: ANSnnnn on the machine, ANEnnnn with the same number in the server's log. */
const clientMessages: Readonly<Record<number, Entry>> = {
  1017: ['no-connection', 'link'],
  1029: ['connection-lost', 'link'],
  1051: ['password-wrong', 'reason'],
  1063: ['path-no-filesystem', 'reason'],
  1071: ['domain-missing', 'reason'],
  1149: ['domain-empty', 'reason'],
  1228: ['objects-not-saved', 'vague'],
  1301: ['server-error', 'vague'],
  1311: ['server-full', 'server'],
  1312: ['server-no-mount', 'server'],
  1316: ['server-log-full', 'server'],
  1327: ['snapshot-failed', 'reason'],
  1329: ['server-full', 'server'],
  1351: ['server-busy', 'server'],
  1352: ['password-expired', 'reason'],
  1353: ['node-unknown', 'reason'],
  1355: ['server-disabled', 'server'],
  1369: ['cancelled', 'cut'],
  1377: ['snapshot-skipped', 'skipped'],
  1512: [null, 'header'],
  1802: ['objects-not-saved', 'vague'],
  1809: ['connection-lost', 'link'],
  1811: ['connection-lost', 'link'],
  1902: ['script-failed', 'reason'],
  1909: ['command-failed', 'reason'],
  1950: ['vss-failed', 'reason'],
  1999: ['processing-stopped', 'vague'],
  2050: ['password-missing', 'reason'],
  2820: ['interrupted', 'reason'],
  4005: ['files-vanished', 'skipped'],
  4007: ['access-denied', 'file'],
  4018: ['name-too-long', 'file'],
  4021: ['filesystem-not-ready', 'file'],
  4023: ['read-error', 'file'],
  4037: ['files-changed', 'skipped'],
  4042: ['name-unreadable', 'file'],
  4047: ['read-error', 'file'],
  4081: ['filesystem-unsupported', 'file'],
  4959: [null, 'header'],
  4987: ['files-in-use', 'skipped'],
  5250: ['unexpected-error', 'vague'],
  5251: ['vss-failed', 'reason'],
  5258: ['vss-failed', 'reason'],
  5261: ['vss-failed', 'skipped'],
  5268: ['vss-writer', 'reason'],
  5271: ['vss-writer', 'reason'],
  5273: ['vss-writer', 'reason'],
  5274: ['vss-writer', 'reason'],
  9999: [null, 'header'],
};

/** Which kinds may explain an outcome, the strongest first. A kind that is not listed says nothing about it. */
const strength: Record<'failed' | 'severed' | 'missed', readonly Kind[]> = {
  failed: ['server', 'reason', 'cut', 'file', 'idle', 'link', 'skipped', 'vague'],
  severed: ['cut', 'idle', 'server', 'reason', 'link'],
  missed: ['server', 'reason', 'link'],
};

/**
 * Why a backup ended badly: the strongest message that can explain it, the earliest among equals (what comes later is often only
 * a consequence), else what status and result code say by themselves. Null for outcomes that need no explanation: a cut session of
 * a schedule that completed was an idle helper session and did no harm.
 */
export function causeOf(evidence: Evidence): CauseKey | null {
  const { outcome } = evidence;
  if (outcome !== 'failed' && outcome !== 'severed' && outcome !== 'missed') return null;
  const kinds = strength[outcome];
  let best: { key: CauseKey; rank: number; at: Wall; number: number } | null = null;
  for (const { at, number, text } of evidence.messages) {
    const [key, kind] = entryOf(number, text) ?? [null, 'header'];
    const rank = kinds.indexOf(kind);
    if (key === null || rank < 0) continue;
    if (best === null || rank < best.rank || (rank === best.rank && isBefore({ at, number }, best)))
      best = { key, rank, at, number };
  }
  return best?.key ?? causeByCode(outcome, evidence.status, evidence.result);
}

function isBefore(a: { at: Wall; number: number }, b: { at: Wall; number: number }): boolean {
  return a.at < b.at || (a.at === b.at && a.number < b.number);
}

/** The prefix tells whose number it is; servers and clients use the same numbers for different things. */
function entryOf(number: number, text: string): Entry | undefined {
  const list = /^\W*AN[SE]\d/.test(text) ? clientMessages : serverMessages;
  if (/^\W*AN[SER]\d/.test(text)) return list[number];
  return clientMessages[number] ?? serverMessages[number];
}

function causeByCode(outcome: 'failed' | 'severed' | 'missed', status: string | null, result: number | null): CauseKey {
  if (outcome === 'missed') return 'no-contact';
  if (outcome === 'severed') return 'severed';
  if (result === null || result === 0) return 'unknown';
  // 12 is the client's own word for errors. 4 and 8 come with Completed; with Failed they are the exit code of a command.
  if (result === 12) return 'client-error';
  return (result === 4 || result === 8) && status === 'Completed' ? 'client-error' : 'return-code';
}

/** True for a message of the moment at which a session was cut, for this cause. */
export function tellsCut(message: LogMessage, cause: string | undefined): boolean {
  const [key, kind] = entryOf(message.number, message.text) ?? [];
  return (kind === 'cut' || kind === 'idle' || kind === 'link') && key === cause;
}
