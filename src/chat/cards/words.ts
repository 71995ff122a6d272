import { DateTime } from 'luxon';
import type { Counts } from '../../domain/digest';
import type { Night } from '../../domain/node-night';
import type { Outcome } from '../../domain/outcome';
import type { Tone } from '../card';

/** The words that every card shares: same event, same sentence. Night = ISO date, instants = ISO UTC, zone = IANA. */

const verdicts: Record<Outcome, { glyph: string; word: string; tone: Tone }> = {
  failed: { glyph: '✗', word: 'FAILED', tone: 'bad' },
  severed: { glyph: '÷', word: 'SEVERED', tone: 'bad' },
  missed: { glyph: '○', word: 'MISSED', tone: 'bad' },
  unknown: { glyph: '?', word: 'UNKNOWN', tone: 'warning' },
  running: { glyph: '↻', word: 'RUNNING', tone: 'neutral' },
  notes: { glyph: '±', word: 'NOTES', tone: 'good' },
  ok: { glyph: '✓', word: 'OK', tone: 'good' },
  excluded: { glyph: '–', word: 'EXCLUDED', tone: 'neutral' },
};

/** Joins the parts of a line. */
export const dot = ' · ';

export function verdictTone(outcome: Outcome): Tone {
  return verdicts[outcome].tone;
}

/** Glyph and word, so that neither colour nor shape alone carries the meaning: `✗ FAILED`. Null = nothing was due. */
export function verdictMark(outcome: Outcome | null): string {
  return outcome === null ? '· not due' : `${verdicts[outcome].glyph} ${verdicts[outcome].word}`;
}

/** `Wed 18 Nov`. */
export function nightWord(night: Night): string {
  return day(DateTime.fromISO(night, { zone: 'utc' }));
}

/** `07:28`. */
export function clockWord(instant: string, zone: string): string {
  return DateTime.fromISO(instant, { zone }).toFormat('HH:mm');
}

/** `Mon 16 Nov 22:41`; with the year when that is not the one a reader would think of around `near`. */
export function momentWord(instant: string, zone: string, near: string = instant): string {
  const at = DateTime.fromISO(instant, { zone });
  const away = Math.abs(at.diff(DateTime.fromISO(near, { zone }), 'days').days);
  return `${day(at)}${away > 300 ? ` ${at.year}` : ''} ${at.toFormat('HH:mm')}`;
}

/** `Sun 31 Jan 2027`, for dates far off. */
export function dateWord(date: string): string {
  return DateTime.fromISO(date, { zone: 'utc' }).setLocale('en-US').toFormat('ccc d LLL yyyy');
}

/** A time near the morning after a night: `05:40` on that morning, else with its day. */
export function morningWord(instant: string, night: Night, zone: string): string {
  const at = DateTime.fromISO(instant, { zone });
  const morning = DateTime.fromISO(night, { zone: 'utc' }).plus({ days: 1 }).toISODate();
  return at.toISODate() === morning ? at.toFormat('HH:mm') : `${day(at)} ${at.toFormat('HH:mm')}`;
}

/** The age that every statement has. */
export function asOfWord(instant: string, night: Night, zone: string): string {
  return `as of ${morningWord(instant, night, zone)}`;
}

/** `1,604`. */
export function numberWord(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 node`, `1,604 nodes`. */
export function countWord(count: number, one: string, many = `${one}s`): string {
  return `${numberWord(count)} ${count === 1 ? one : many}`;
}

/** Days since the last good backup, on every line of a digest. */
export function lastGoodWord(days: number | null): string {
  if (days === null) return 'no good backup known';
  if (days <= 0) return 'last good today';
  if (days === 1) return 'last good yesterday';
  return `last good ${numberWord(days)} days ago`;
}

/** `12 h 04 m`; under an hour `23 minutes`. */
export function durationWord(minutes: number): string {
  if (minutes < 60) return countWord(minutes, 'minute');
  return `${numberWord(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, '0')} m`;
}

/** Megabytes as people say them: `212 GB`. Decimal steps of 1,024 as the server counts. */
export function sizeWord(megabytes: number): string {
  const units = ['MB', 'GB', 'TB', 'PB'];
  let size = megabytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const digits = size >= 10 || unit === 0 ? 0 : 1;
  return `${size.toLocaleString('en-US', { maximumFractionDigits: digits })} ${units[unit]}`;
}

/** Nodes that ended badly. */
export function badCount(counts: Counts): number {
  return counts.failed + counts.severed + counts.missed;
}

/** `43 of 46 OK`: completed with notes is OK. */
export function okWord(counts: Counts): string {
  return `${numberWord(counts.ok + counts.notes)} of ${numberWord(counts.due)} OK`;
}

function day(at: DateTime): string {
  return at.setLocale('en-US').toFormat('ccc d LLL');
}
