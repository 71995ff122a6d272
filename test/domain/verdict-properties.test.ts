import fc from 'fast-check';
import { causes } from '../../src/domain/catalogue';
import { addNights, nightSpan, toInstant } from '../../src/domain/night';
import type { Material, NightContext, NightEvent } from '../../src/domain/night-material';
import type { NodeNight } from '../../src/domain/node-night';
import { isBad, outcomes } from '../../src/domain/outcome';
import { defaultSettings } from '../../src/domain/settings';
import { judgeNode } from '../../src/domain/verdict';
import { association, berlin, context, event, material, message, schedule } from './material';

const statuses = [
  'Completed',
  'Failed',
  'Missed',
  'Severed',
  'Started',
  'Pending',
  'Future',
  'Uncertain',
  'Failed - no restart',
];
const schedules = [
  schedule('DAILY', '21:30:00'),
  schedule('LOGS', '00:30:00', { periodUnits: 'HOURS', period: 2, duration: 30, durationUnits: 'MINUTES' }),
  schedule('WEEKLY', '23:00:00', { periodUnits: 'WEEKS', dayOfWeek: 'FRIDAY' }),
];

/** A start of the night: hours after noon, so that both sides of midnight and of the window come up. */
const start = (night: string) =>
  fc.integer({ min: 0, max: 47 }).map((half) => {
    const minutes = 12 * 60 + half * 30;
    const date = minutes >= 1440 ? addNights(night, 1) : night;
    const clock = minutes % 1440;
    return `${date} ${String(Math.floor(clock / 60)).padStart(2, '0')}:${clock % 60 === 0 ? '00' : '30'}:00`;
  });

const rowsOf = (night: string) =>
  fc.uniqueArray(
    fc
      .record({
        status: fc.constantFrom(...statuses),
        schedule: fc.constantFrom('DAILY', 'LOGS', 'WEEKLY', 'OTHER', '@3'),
        scheduledStart: start(night),
        ordinal: fc.nat(1),
        result: fc.constantFrom(null, 0, 4, 8, 12, 1),
      })
      .map(({ status, ...more }): NightEvent => event(status, more)),
    { selector: (row) => `${row.schedule} ${row.scheduledStart} ${row.ordinal}`, maxLength: 8 },
  );

const nights = ['2026-10-23', '2026-10-24', '2026-10-25', '2027-03-27', '2027-03-28', '2026-11-18'];
const associations = fc
  .uniqueArray(fc.constantFrom('DAILY', 'LOGS', 'WEEKLY'))
  .map((names) => names.map((name) => association({ schedule: name })));

function morningOf(night: string): Partial<NightContext> {
  const morning = toInstant(`${addNights(night, 1)} 07:30:00`, berlin);
  return {
    night,
    now: new Date(morning.toMillis()).toISOString(),
    lastGoodPoll: new Date(morning.toMillis() - 120_000).toISOString(),
  };
}

it('does not depend on the order of any list', () => {
  const cases = fc.constantFrom(...nights).chain((night) =>
    fc.record({
      night: fc.constant(night),
      events: rowsOf(night),
      associations,
      chance: fc.infiniteStream(fc.nat()),
    }),
  );
  fc.assert(
    fc.property(cases, ({ night, events, associations: linked, chance }) => {
      const shuffled = <T>(list: readonly T[]): T[] =>
        list
          .map((item) => ({ item, key: chance.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ item }) => item);
      const messages = [message(4007, 'ANE4007E'), message(480, 'ANR0480W'), message(522, 'ANR0522W')];
      const all = { events, associations: linked, messages };
      const where = context(morningOf(night), schedules);
      const once = judgeNode(material(all), where);
      const again = { events: shuffled(events), associations: shuffled(linked), messages: shuffled(messages) };
      expect(judgeNode(material(again), where)).toEqual(once);
    }),
  );
});

it('gives the same night when judged again, also with what was stored of it', () => {
  fc.assert(
    fc.property(rowsOf('2026-11-18'), associations, (events, linked) => {
      const where = context({}, schedules);
      const once = judgeNode(material({ events, associations: linked }), where);
      expect(judgeNode(material({ events, associations: linked, stored: once }), where)).toEqual(once);
    }),
  );
});

it('folds nights one by one as it does after a restart between any two of them', () => {
  const week = Array.from({ length: 7 }, (_, index) => addNights('2026-10-20', index));
  const rows = fc.tuple(...week.map((night) => rowsOf(night)));
  fc.assert(
    fc.property(rows, associations, (list, linked) => {
      const judgeAll = (rest: (night: NodeNight) => NodeNight, times: number): NodeNight[] => {
        const judged: NodeNight[] = [];
        for (const [index, night] of week.entries()) {
          const last = judged.at(-1);
          const all = { events: list[index] ?? [], associations: linked, before: last ? rest(last) : null };
          let stored: NodeNight | null = null;
          for (let time = 0; time < times; time++)
            stored = rest(judgeNode(material({ ...all, stored }), context(morningOf(night), schedules)));
          if (stored) judged.push(stored);
        }
        return judged;
      };
      const straight = judgeAll((night) => night, 1);
      // What a restart leaves of a night is what the database holds of it.
      const fromDatabase = (night: NodeNight) => JSON.parse(JSON.stringify(night)) as NodeNight;
      expect(judgeAll(fromDatabase, 1)).toEqual(straight);
      expect(judgeAll(fromDatabase, 2)).toEqual(straight);
    }),
  );
});

it('never lowers what is scheduled because a server was down', () => {
  const when = fc.integer({ min: 0, max: 19 * 60 });
  fc.assert(
    fc.property(fc.constantFrom(...nights), associations, when, (night, linked, minutes) => {
      const morning = morningOf(night);
      const read = judgeNode(material({ associations: linked }), context(morning, schedules));
      const begin = toInstant(nightSpan(night).from, berlin).toMillis();
      const lastGoodPoll = new Date(begin + minutes * 60_000).toISOString();
      const unread = judgeNode(material({ associations: linked }), context({ ...morning, lastGoodPoll }, schedules));
      expect(unread.units.map((unit) => [unit.schedule, unit.due])).toEqual(
        read.units.map((unit) => [unit.schedule, unit.due]),
      );
      expect(unread.verdict === null).toBe(read.verdict === null);
    }),
  );
});

it('holds together whatever was seen: streaks, populations, causes and letters', () => {
  fc.assert(
    fc.property(rowsOf('2026-11-18'), associations, rowsOf('2026-11-17'), (events, linked, eventsBefore) => {
      const before = judgeNode(material({ events: eventsBefore }), context(morningOf('2026-11-17'), schedules));
      const judged = judgeNode(material({ events, associations: linked, before }), context({}, schedules));
      const due = judged.units.filter((unit) => unit.due);
      expect(judged.verdict).toBe(outcomes.find((outcome) => due.some((unit) => unit.outcome === outcome)) ?? null);
      expect(judged.streak > 0).toBe(isBad(judged.verdict));
      expect(judged.cause !== null).toBe(isBad(judged.verdict));
      expect(judged.cause === null || judged.cause in causes).toBe(true);
      expect(['new', 'still', 'flapping'].includes(judged.population) || !isBad(judged.verdict)).toBe(true);
      for (const unit of judged.units) expect(unit.recent).toMatch(/^[ONMFS]{0,10}$/);
      const kept = before.units.every((unit) => judged.units.some((each) => each.schedule === unit.schedule));
      expect(kept).toBe(true);
    }),
  );
});

it('never throws, whatever the rows hold', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('2026-11-18 21:30:00', '2026-11-18 99:99:99', '9999-12-31 23:59:59', 'Completed', 'Missed', '@'),
  );
  const maybe = fc.option(text);
  // Whole numbers, as the columns hold them: a fraction is refused where rows are read.
  const number = fc.oneof(fc.integer(), fc.constantFrom(0, 4, 8, 12, 480, 4007));
  const events = fc.array(
    fc.record({
      domain: text,
      schedule: text,
      scheduledStart: text,
      ordinal: fc.nat(),
      actualStart: maybe,
      completed: maybe,
      status: text,
      result: fc.option(number),
      reason: maybe,
      seenAt: text,
    }),
  );
  const hostile: fc.Arbitrary<Material> = fc.record({
    node: fc.record({
      id: fc.nat(),
      name: text,
      registered: text,
      goneAt: maybe,
      facts: fc.record({ decommissioned: fc.boolean() }),
    }),
    tenantId: fc.option(fc.nat()),
    events,
    associations: fc.array(fc.record({ domain: text, schedule: text, firstSeenAt: text, goneAt: maybe })),
    messages: fc.array(fc.record({ at: text, number: fc.integer(), schedule: maybe, text })),
    runs: fc.array(fc.record({ startTime: text, schedule: maybe, failed: fc.option(number) })),
    lastBackupEnd: maybe,
    before: fc.constant(null),
    stored: fc.constant(null),
  });
  const settings = fc.record({ node: text, schedule: text }).map((each) => ({
    ...defaultSettings,
    exclude: [{ nodes: [each.node], schedules: [each.schedule], reason: '' }],
  }));
  fc.assert(
    fc.property(hostile, settings, text, (all, wanted, lastGoodPoll) => {
      const judged = judgeNode(all, context({ settings: wanted, lastGoodPoll }, schedules));
      const after = judgeNode(
        { ...all, before: judged, stored: judged },
        context({ night: '2026-11-19', settings: wanted }, schedules),
      );
      expect(JSON.parse(JSON.stringify(after))).toEqual(after);
    }),
    { numRuns: 300 },
  );
});
