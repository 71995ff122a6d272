import {
  asOfWord,
  countWord,
  dateWord,
  durationWord,
  lastGoodWord,
  momentWord,
  nightWord,
  sizeWord,
  verdictMark,
} from '../../../src/chat/cards/words';
import { outcomes } from '../../../src/domain/outcome';

const zone = 'Europe/Berlin';

it.each<[string, string]>([
  [nightWord('2026-11-18'), 'Wed 18 Nov'],
  [nightWord('2026-09-01'), 'Tue 1 Sep'],
  [dateWord('2027-01-31'), 'Sun 31 Jan 2027'],
  [momentWord('2026-11-16T21:41:00Z', zone), 'Mon 16 Nov 22:41'],
  [momentWord('2025-01-16T21:41:00Z', zone, '2026-11-18'), 'Thu 16 Jan 2025 22:41'],
  // Both nights on which clocks change: the instant is told as the clock on the wall showed it.
  [momentWord('2026-10-25T00:30:00Z', zone), 'Sun 25 Oct 02:30'],
  [momentWord('2026-10-25T01:30:00Z', zone), 'Sun 25 Oct 02:30'],
  [momentWord('2026-03-29T01:00:00Z', zone), 'Sun 29 Mar 03:00'],
  [asOfWord('2026-11-19T06:28:00Z', '2026-11-18', zone), 'as of 07:28'],
  [asOfWord('2026-11-19T06:28:00Z', '2026-11-18', 'America/New_York'), 'as of 01:28'],
  [asOfWord('2026-11-18T23:30:00Z', '2026-11-18', 'America/New_York'), 'as of Wed 18 Nov 18:30'],
  [countWord(1, 'node'), '1 node'],
  [countWord(0, 'node'), '0 nodes'],
  [countWord(1604, 'node'), '1,604 nodes'],
  [lastGoodWord(null), 'no good backup known'],
  [lastGoodWord(0), 'last good today'],
  [lastGoodWord(1), 'last good yesterday'],
  [lastGoodWord(1204), 'last good 1,204 days ago'],
  [durationWord(1), '1 minute'],
  [durationWord(59), '59 minutes'],
  [durationWord(724), '12 h 04 m'],
  [sizeWord(0), '0 MB'],
  [sizeWord(1023), '1,023 MB'],
  [sizeWord(1536), '1.5 GB'],
  [sizeWord(217_088), '212 GB'],
  [sizeWord(13_000_000), '12 TB'],
])('%s', (told, expected) => {
  expect(told).toBe(expected);
});

it('every outcome has a glyph and a word of its own', () => {
  const marks = outcomes.map(verdictMark);

  expect(marks.every((mark) => /^[^A-Z\s] [A-Z]+$/.test(mark))).toBe(true);
  expect(new Set(marks.map((mark) => mark[0])).size).toBe(outcomes.length);
});
