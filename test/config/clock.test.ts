import { DateTime, Duration } from 'luxon';
import { offsetClock, systemClock } from '../../src/config/clock';

afterEach(() => {
  jest.useRealTimers();
});

it('the system clock tells the time of the machine, in UTC', () => {
  jest.useFakeTimers({ now: Date.UTC(2026, 10, 19, 6, 30) });

  expect(systemClock.now().toISO()).toBe('2026-11-19T06:30:00.000Z');
});

it('an offset clock asks for its offset at every reading', () => {
  let hours = 1;
  const base = DateTime.utc(2026, 11, 19, 6, 30);
  const clock = offsetClock({ now: () => base }, () => Duration.fromObject({ hours }));

  const first = clock.now();
  hours = -24;

  expect(first.toISO()).toBe('2026-11-19T07:30:00.000Z');
  expect(clock.now().toISO()).toBe('2026-11-18T06:30:00.000Z');
});
