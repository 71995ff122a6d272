import fc from 'fast-check';
import { placeMessage } from '../../src/protect/message-text';

describe('whom a message is about is in its text', () => {
  it.each([
    [
      2578,
      'ANR2578W Schedule NIGHTLY in domain CHEM for node NMR2.CHEM has missed its scheduled start up window.',
      { node: 'NMR2.CHEM', schedule: 'NIGHTLY', session: null },
    ],
    [
      2579,
      'ANR2579E Schedule ORA_LOG in domain DB for node EXCHANGE.HUGSANDIMENN.IS failed (return code 4). (SESSION: 188821)',
      { node: 'EXCHANGE.HUGSANDIMENN.IS', schedule: 'ORA_LOG', session: 188821 },
    ],
    [
      3440,
      'ANR3440W The client operation was not completed successfully for node LAB7.CHEM in schedule NIGHTLY.A. The schedule is associated with policy domain CHEM, and the client node is on host 10.1.2.3:41271. Session 8461 ended with completion code 12. (SESSION: 8461)',
      { node: 'LAB7.CHEM', schedule: 'NIGHTLY.A', session: 8461 },
    ],
    [
      480,
      'ANR0480W Session 36,775 for node ORAPROD_SQL (TDP Oracle AIX) terminated - connection with client severed.',
      { node: 'ORAPROD_SQL', schedule: null, session: 36775 },
    ],
    [
      482,
      'ANR0482W Session 12 for node $$_TSMDBMGR_$$ (DB2/LINUXX8664) terminated - idle for more than 15 minutes.  (SESSION: 12)',
      { node: '$$_TSMDBMGR_$$', schedule: null, session: 12 },
    ],
    [
      522,
      'ANR0522W Transaction failed for session 8461 for node LAB7.CHEM (WinNT) - no space available in storage pool DISK and all successor pools. (SESSION: 189135, PROCESS: 285)',
      { node: 'LAB7.CHEM', schedule: null, session: 189135 },
    ],
    [
      4959,
      'ANE4959I (Session: 101638, Node: LAB7.CHEM)  Total number of objects failed:            37  (SESSION: 101638)',
      { node: 'LAB7.CHEM', schedule: null, session: 101638 },
    ],
    [
      1512,
      "ANE1512E (Session: 7, Node: LAB7.CHEM)  Scheduled event 'NIGHTLY' failed.  Return code = 12.",
      { node: 'LAB7.CHEM', schedule: 'NIGHTLY', session: 7 },
    ],
    [
      2507,
      'ANR2507I Schedule DAILY-1 for domain STANDARD started at 06/30/23 04:00:00 for node MYPC.IT completed successfully at 06/30/23 04:10:02.',
      { node: 'MYPC.IT', schedule: 'DAILY-1', session: null },
    ],
    [9999, 'ANE9999E something(123): nothing to read here', { node: null, schedule: null, session: null }],
  ])('ANR/ANE%i', (number, text, place) => {
    expect(placeMessage(number, text)).toEqual(place);
  });
});

it('does not take names out of a command that somebody typed', () => {
  const text =
    'ANR2017I Administrator ADA issued command: RENAME NODE OLD.IT NEW.IT for node FAKE in schedule X.  (SESSION: 5)';

  expect(placeMessage(2017, text)).toEqual({ node: null, schedule: null, session: 5 });
});

it('never throws, never hangs, and reads no name longer than names are', () => {
  const text = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'for node ',
        'Schedule ',
        ' in domain ',
        '(SESSION: ',
        ', Node: ',
        ')',
        ' in schedule ',
        "Scheduled event '",
        '.',
        ' ',
        '9'.repeat(400),
      ),
    ),
  );
  fc.assert(
    fc.property(fc.integer(), text, (number, parts) => {
      const place = placeMessage(number, parts.join(''));
      expect((place.node ?? '').length).toBeLessThanOrEqual(64);
      expect((place.schedule ?? '').length).toBeLessThanOrEqual(64);
      expect(place.session === null || Number.isSafeInteger(place.session)).toBe(true);
    }),
  );
});
