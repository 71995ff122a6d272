import fc from 'fast-check';
import { hasEnded, isBad, isGood, outcomes, rankOf, readStatus } from '../../src/domain/outcome';

it.each([
  ['Completed', 0, 'ok'],
  ['Completed', null, 'ok'],
  ['Completed', 4, 'notes'],
  ['Completed', 8, 'notes'],
  ['Completed', 12, 'failed'],
  ['Completed', 1, 'failed'],
  ['Completed', -99, 'failed'],
  ['Failed', 12, 'failed'],
  ['Failed', 4, 'failed'],
  ['Failed', 0, 'failed'],
  ['Failed - no restart', null, 'failed'],
  ['Missed', null, 'missed'],
  ['Severed', null, 'severed'],
  ['Started', null, 'running'],
  ['In Progress', null, 'running'],
  ['Restarted', null, 'running'],
  ['Pending', null, 'pending'],
  ['Future', null, 'open'],
  ['Uncertain', null, 'unknown'],
  ['Not Started', null, 'unknown'],
  ['', null, 'unknown'],
  ['constructor', 0, 'unknown'],
])('%s with result %s is %s', (status, result, reading) => {
  expect(readStatus({ status, result }, {})).toBe(reading);
});

it('does not mind letter case and blanks', () => {
  expect(readStatus({ status: ' IN  PROGRESS ', result: null }, {})).toBe('running');
});

it('lets a tenant read a status its own way, the closer rule first', () => {
  const treat = { Missed: 'excluded', 'Completed/8': 'failed', Completed: 'notes', 'Failed/4': 'ok' } as const;
  expect(readStatus({ status: 'missed', result: null }, treat)).toBe('excluded');
  expect(readStatus({ status: 'Completed', result: 8 }, treat)).toBe('failed');
  expect(readStatus({ status: 'Completed', result: 0 }, treat)).toBe('notes');
  expect(readStatus({ status: 'Failed', result: 4 }, treat)).toBe('ok');
  expect(readStatus({ status: 'Failed', result: 12 }, treat)).toBe('failed');
});

it('lets nobody judge what lies ahead', () => {
  expect(readStatus({ status: 'Future', result: null }, { Future: 'failed' })).toBe('open');
});

it('takes only a completed run as proof that something was saved', () => {
  expect(hasEnded('Completed')).toBe(true);
  expect(hasEnded('Missed')).toBe(false);
});

it('ranks outcomes from worst to best, bad ones before all others', () => {
  expect([...outcomes].sort((a, b) => rankOf(a) - rankOf(b))).toEqual([...outcomes]);
  const bad = outcomes.filter(isBad);
  expect(bad).toEqual(['failed', 'severed', 'missed']);
  expect(outcomes.filter(isGood)).toEqual(['notes', 'ok']);
});

it('reads any text and number', () => {
  fc.assert(
    fc.property(fc.string(), fc.option(fc.integer()), (status, result) => {
      expect([...outcomes, 'pending', 'open']).toContain(readStatus({ status, result }, {}));
    }),
  );
});
