import { defaultSettings, inherit } from '../../src/domain/settings';

it('without anything set, the defaults hold', () => {
  expect(inherit([])).toEqual(defaultSettings);
  expect(inherit([{}, {}])).toEqual(defaultSettings);
});

it('the nearest word counts, field by field', () => {
  const settings = inherit([
    { zone: 'Europe/Berlin', green: 'silent', threads: false },
    { green: 'weekly' },
    { threads: true },
  ]);

  expect(settings).toEqual({ ...defaultSettings, zone: 'Europe/Berlin', green: 'weekly', threads: true });
});

it('treat is merged key by key, exclusions add up, lists of editions replace each other', () => {
  const away = { nodes: ['A'], schedules: [], reason: 'away' };
  const gone = { nodes: ['B'], schedules: [], reason: 'gone' };

  const settings = inherit([
    { treat: { Missed: 'notes', 'Completed/8': 'ok' }, exclude: [away], editions: ['09:00'] },
    { treat: { Missed: 'missed' }, exclude: [gone], editions: [] },
  ]);

  expect(settings.treat).toEqual({ Missed: 'missed', 'Completed/8': 'ok' });
  expect(settings.exclude).toEqual([away, gone]);
  expect(settings.editions).toEqual([]);
});

it('inheriting leaves what it was given as it was', () => {
  const own = { treat: { Missed: 'notes' as const } };

  inherit([own, { treat: { Failed: 'ok' } }]);

  expect(own).toEqual({ treat: { Missed: 'notes' } });
  expect(defaultSettings.treat).toEqual({});
});
