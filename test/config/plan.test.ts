import { lackingText, planText, problemsText } from '../../src/config/plan';

describe('a plan', () => {
  it('of nothing says so', () => {
    expect(planText([])).toBe('Nothing to change: the database holds what the file says.');
  });

  it('is a line for each change and the counts', () => {
    const text = planText([
      { change: 'added', what: 'tenant UNI/MED' },
      { change: 'changed', what: 'tenant UNI/SCI', detail: 'digest 07:30 → 07:15' },
      { change: 'removed', what: 'channel C0OLD of slack T0UNI' },
      { change: 'removed', what: 'person gus' },
    ]);

    expect(text.split('\n')).toEqual([
      '+ tenant UNI/MED',
      '~ tenant UNI/SCI: digest 07:30 → 07:15',
      '- channel C0OLD of slack T0UNI',
      '- person gus',
      '1 to add, 1 to change, 2 to remove.',
    ]);
  });
});

describe('problems', () => {
  const unset = { path: 'SLACK_SIGNING_SECRET', found: 'nothing', allowed: 'a value' };
  const wrong = { path: 'tenants[0].settings.digest', line: 12, found: '"7:30"', allowed: 'a time of day' };

  it('say place, line, what was found and what is allowed', () => {
    expect(problemsText([unset, wrong], 'backchat.yaml')).toBe(
      [
        'The configuration has 2 mistakes:',
        '  SLACK_SIGNING_SECRET',
        '    found:   nothing',
        '    allowed: a value',
        '  tenants[0].settings.digest (backchat.yaml:12)',
        '    found:   "7:30"',
        '    allowed: a time of day',
      ].join('\n'),
    );
  });

  it('say the line without a name for the sample', () => {
    expect(problemsText([wrong])).toContain(
      'The configuration has 1 mistake:\n  tenants[0].settings.digest (line 12)\n',
    );
  });

  it('of this machine alone do not blame the file', () => {
    expect(lackingText([unset], 'new.yaml').split('\n').slice(0, 2)).toEqual([
      'The file fits. To start with it, this machine lacks:',
      '  SLACK_SIGNING_SECRET',
    ]);
  });
});
