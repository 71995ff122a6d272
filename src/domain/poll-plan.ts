import { DateTime } from 'luxon';
import { addNights, nightOf, nightsBetween, toInstant, toWall, type Window, windowEnd, windowSpan } from './night';
import type { Night, Wall } from './node-night';
import type { Settings, TimeOfDay } from './settings';

const minuteMs = 60_000;
/** Servers are read at minutes 13, 28, 43 and 58: just before the round times at which digests go out, well after those at which schedules begin. */
const quarterMinutes = 15;
const quarterOffset = 13;
const hourOffset = 58;
/** Read once more right after the window: a digest may go out five minutes after it. */
const afterWindowMinutes = 1;
const digestAfterWindowMinutes = 5;

/**
 * When to read a server next: every 15 minutes from the start of a night's window until the night closes on the next day, hourly
 * otherwise, and one minute after the window's end.
 *
 * @param zone the server's zone, in which window and closing are told
 */
export function nextPoll(now: DateTime, zone: string, window: Window, closing: TimeOfDay): DateTime {
  const regular = nextRegular(now, zone, window, closing);
  const tonight = nightOf(toWall(now, zone));
  for (const night of [addNights(tonight, -1), tonight]) {
    const extra = windowEnd(night, window, zone).plus({ minutes: afterWindowMinutes });
    if (extra > now && extra < regular) return extra;
  }
  return regular;
}

function nextRegular(now: DateTime, zone: string, window: Window, closing: TimeOfDay): DateTime {
  const quarter = quarterMinutes * minuteMs;
  const offset = quarterOffset * minuteMs;
  let at = (Math.floor((now.toMillis() - offset) / quarter) + 1) * quarter + offset;
  for (;;) {
    const candidate = DateTime.fromMillis(at, { zone: 'utc' });
    if (candidate.minute === hourOffset || isDense(toWall(candidate, zone), window, closing)) return candidate;
    at += quarter;
  }
}

function isDense(wall: Wall, window: Window, closing: TimeOfDay): boolean {
  const tonight = nightOf(wall);
  return [addNights(tonight, -1), tonight].some(
    (night) => wall >= windowSpan(night, window).from && wall <= closingWall(night, closing),
  );
}

/** The wall time at which a night closes: what is still running then stays unknown. */
export function closingWall(night: Night, closing: TimeOfDay): Wall {
  return `${addNights(night, 1)} ${closing}:00`;
}

/** Events are kept ten days unless the server says otherwise; 90 nights are as much as a first reading brings. */
const usualRetentionDays = 10;
const mostNights = 90;

/**
 * The nights that a poll must read, ascending: those that have not closed, those that were open at the last good poll, and at the
 * very first poll all that the server still remembers.
 *
 * @param at.lastGood instant (ISO) of the last good poll; null = the first one
 * @param at.retentionDays days for which the server keeps event records; null = not known
 */
export function nightsToRead(at: {
  now: DateTime;
  zone: string;
  closing: TimeOfDay;
  lastGood: string | null;
  retentionDays: number | null;
}): Night[] {
  const last = nightOf(toWall(at.now, at.zone));
  const reach = Math.max(1, Math.min(at.retentionDays ?? usualRetentionDays, mostNights));
  const oldest = addNights(last, -reach);
  if (at.lastGood === null) return nightsBetween(oldest, last);
  const open = oldestOpen(toWall(DateTime.fromISO(at.lastGood), at.zone), at.closing);
  const openNow = oldestOpen(toWall(at.now, at.zone), at.closing);
  const first = open < openNow ? open : openNow;
  return nightsBetween(first < oldest ? oldest : first, last);
}

function oldestOpen(wall: Wall, closing: TimeOfDay): Night {
  const tonight = nightOf(wall);
  const before = addNights(tonight, -1);
  return wall <= closingWall(before, closing) ? before : tonight;
}

/**
 * When the digest of a night goes out: at the tenant's digest time on the morning after, or five minutes after the window has ended
 * on the last of its servers, whichever is later. `wall` and `zone` are the tenant's.
 */
export function digestDue(
  night: Night,
  settings: Pick<Settings, 'zone' | 'window' | 'digest'>,
  servers: readonly { zone: string }[],
): { dueAt: string; wall: Wall; zone: string } {
  const { zone, window } = settings;
  const promised = toInstant(`${addNights(night, 1)} ${settings.digest}:00`, zone);
  const zones = new Set(servers.map((server) => server.zone));
  const ends = [...zones].map((each) => windowEnd(night, window, each).plus({ minutes: digestAfterWindowMinutes }));
  const due = DateTime.max(promised, ...ends);
  return { dueAt: instantText(due), wall: toWall(due, zone), zone };
}

function instantText(instant: DateTime): string {
  return new Date(instant.toMillis()).toISOString();
}
