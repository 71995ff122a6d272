import { systemClock } from '../../src/config/clock';

afterEach(() => {
  jest.useRealTimers();
});

it('the system clock tells the time of the machine, in UTC', () => {
  jest.useFakeTimers({ now: Date.UTC(2026, 10, 19, 6, 30) });

  expect(systemClock.now().toISO()).toBe('2026-11-19T06:30:00.000Z');
});
