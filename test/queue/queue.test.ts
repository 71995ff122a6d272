import type { Engine } from '../../src/queue/engine';
import { openQueue } from '../../src/queue/open';
import type { Queue, Wake } from '../../src/queue/queue';
import {
  type Bench,
  closedGate,
  listen,
  logInto,
  type Place,
  pause,
  postgresqlBench,
  quiet,
  redisBench,
  type Said,
  untilTrue,
  wake,
} from './bench';
import { redisIsInstalled, startRedis } from './redis-server';

jest.setTimeout(30_000);

const engines: [string, () => Promise<Bench>][] = [['postgresql', postgresqlBench]];
if (redisIsInstalled()) engines.push(['redis', redisBench]);
else if (process.env['CI'] === 'true')
  throw new Error('redis-server is not installed: the queue must be tested on both engines.');
else process.stdout.write('SKIPPED: the queue on Redis. Install redis-server to test it.\n');

// First in the file: BullMQ's watchdog on the dead connection ends by itself, some seconds later.
const runIfRedis = redisIsInstalled() ? test : test.skip;
runIfRedis('when Redis goes away, adding does no harm, a ping tells, and stopping ends', async () => {
  const server = await startRedis();
  const said: Said[] = [];
  const it = await openQueue({ redisUrl: server.url, connectionString: '', log: logInto(said), patienceMs: 500 });
  await it.start(async () => {}, quiet);
  await server.stop();

  await expect(it.ping()).rejects.toThrow('Redis did not answer within 0.5 s.');
  await it.add(wake('deliver', '1'));
  expect(said.map((line) => line.message)).toContain('wakes lost, the tick brings them back');
  await it.stop();
});

describe.each(engines)('the queue on %s', (name, open) => {
  let bench: Bench;
  let place: Place;
  let queues: Queue[];
  let engine: Engine | undefined;
  let said: Said[];

  beforeAll(async () => {
    bench = await open();
  });
  afterAll(() => bench.tearDown());
  beforeEach(async () => {
    place = await bench.place();
    queues = [];
    engine = undefined;
    said = [];
  });
  afterEach(async () => {
    await Promise.all(queues.map((queue) => queue.stop()));
    await engine?.queue.close();
    await engine?.disconnect();
  });

  async function queue(): Promise<Queue> {
    const opened = await openQueue({ ...place, log: logInto(said) });
    queues.push(opened);
    return opened;
  }

  /** The engine itself, past our own door. */
  function raw(): Engine['queue'] {
    engine ??= bench.raw(place);
    return engine.queue;
  }

  test('brings a wake to the handler as it was given', async () => {
    const it = await queue();
    const heard = listen();
    await it.start(heard.handle, quiet);

    await it.add(wake('collect', '7', 3));

    expect(await heard.next()).toEqual({ job: 'collect', object: '7', version: 3, correlation: 'test' });
    expect(it.engine).toBe(name);
  });

  test('is one wake while it waits, however often it is added', async () => {
    const it = await queue();
    await it.addMany([wake('deliver', '1'), wake('deliver', '1')]);
    await it.add(wake('deliver', '1'));
    await it.add(wake('deliver', 'last'));
    const heard = listen();

    await it.start(heard.handle, quiet);
    await heard.until((all) => all.some((each) => each.object === 'last'));

    expect(heard.all.filter((each) => each.object === '1')).toHaveLength(1);
  });

  test('may come again once it is done, also after it failed', async () => {
    const it = await queue();
    const heard = listen((all) => {
      if (all.length === 1) throw new Error('first time');
    });
    await it.start(heard.handle, quiet);

    // The engine forgets a job a moment after its handler has ended: until then an add is the same wake.
    while (heard.all.length < 3) {
      await it.add(wake('deliver', '1'));
      await pause();
    }

    expect(said.map((line) => line.message)).toContain('job failed');
  });

  test('keeps different versions of one object apart', async () => {
    const it = await queue();
    const heard = listen();
    await it.addMany([wake('deliver', '1', 0), wake('deliver', '1', 1)]);

    await it.start(heard.handle, quiet);

    await heard.until((all) => all.length === 2);
    expect(heard.all.map((each) => each.version).sort()).toEqual([0, 1]);
  });

  test('lets one that is due pass one that must wait', async () => {
    const it = await queue();
    await it.add(wake('deliver', 'later'), 700);
    await it.add(wake('deliver', 'now'));
    const heard = listen();

    await it.start(heard.handle, quiet);
    await heard.until((all) => all.length === 2);

    expect(heard.all.map((each) => each.object)).toEqual(['now', 'later']);
  });

  test('logs a job that throws and goes on', async () => {
    const it = await queue();
    const heard = listen((all) => {
      if (all.at(-1)?.object === 'bad') throw new Error('it broke');
    });
    await it.start(heard.handle, { ...quiet, concurrency: 1 });

    await it.addMany([wake('collect', 'bad'), wake('collect', 'good')]);
    await heard.until((all) => all.length === 2);
    await untilTrue(() => said.some((line) => line.message === 'job failed'));

    const line = said.find((each) => each.message === 'job failed');
    expect(line).toMatchObject({ level: 'error', object: { jobId: 'collect-bad-0', err: { message: 'it broke' } } });
  });

  test('refuses at the door what is not a wake, and logs what came in another way', async () => {
    const it = await queue();
    const heard = listen();
    await it.start(heard.handle, quiet);

    await expect(it.add(wake('collect', 'a:b'))).rejects.toThrow('holds a colon');
    await raw().addBulk([{ name: 'x', data: { job: 'collect', rubbish: true }, opts: { removeOnFail: true } }]);
    await untilTrue(() => said.some((line) => line.message === 'job failed'));

    expect(heard.all).toEqual([]);
  });

  test('works on as many at once as it is told', async () => {
    const it = await queue();
    const gate = closedGate();
    const heard = listen(() => gate.passed);
    await it.start(heard.handle, { ...quiet, concurrency: 2 });

    await it.addMany([wake('collect', '1'), wake('collect', '2'), wake('collect', '3')]);
    await heard.until((all) => all.length === 2);
    gate.open();

    await heard.until((all) => all.length === 3);
  });

  test('ticks by itself; two processes share one clock', async () => {
    const [one, two] = [await queue(), await queue()];
    const ticks: Wake[] = [];
    const handle = async (each: Wake) => {
      ticks.push(each);
    };

    await one.start(handle, { concurrency: 1, tickMs: 100 });
    await two.start(handle, { concurrency: 1, tickMs: 100 });
    await untilTrue(() => ticks.length >= 3);

    expect(ticks[0]).toEqual({ job: 'tick', object: 'clock', version: 0, correlation: 'tick' });
    const { getJobSchedulersCount } = raw() as unknown as { getJobSchedulersCount(): Promise<number> };
    expect(await getJobSchedulersCount.call(raw())).toBe(1);
  });

  test('shares work between processes, each wake done once', async () => {
    const [one, two] = [await queue(), await queue()];
    const heard = listen();
    await one.start(heard.handle, quiet);
    await two.start(heard.handle, quiet);

    await one.addMany(Array.from({ length: 40 }, (_, i) => wake('deliver', String(i))));
    await heard.until((all) => all.length >= 40);
    await Promise.all(queues.map((each) => each.stop()));

    expect(heard.all.map((each) => Number(each.object)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, i) => i),
    );
  });

  test('lets running work finish before it stops, and can be told twice', async () => {
    const it = await queue();
    const gate = closedGate();
    let finished = false;
    const heard = listen(async () => {
      await gate.passed;
      finished = true;
    });
    await it.start(heard.handle, quiet);
    await it.add(wake('collect', '1'));
    await heard.until((all) => all.length === 1);

    const stopping = Promise.all([it.stop(), it.stop()]);
    gate.open();
    await stopping;

    expect(finished).toBe(true);
  });

  test('stops hard when work does not end', async () => {
    const it = await openQueue({ ...place, log: logInto(said), patienceMs: 1_000 });
    const heard = listen(() => new Promise(() => {}));
    await it.start(heard.handle, quiet);
    await it.add(wake('collect', '1'));
    await heard.until((all) => all.length === 1);

    await it.stop();

    expect(said.map((line) => line.message)).toContain('queue stopped hard');
  });

  test('answers a ping', async () => {
    const it = await queue();
    await expect(it.ping()).resolves.toBeUndefined();
  });

  test('keeps what was added while nobody worked', async () => {
    const first = await queue();
    await first.add(wake('collect', '1'));
    await first.stop();
    const second = await queue();
    const heard = listen();

    await second.start(heard.handle, quiet);

    expect(await heard.next()).toMatchObject({ object: '1' });
  });
});

describe('an engine that is not there', () => {
  test('Redis: says so instead of waiting for ever', async () => {
    const opening = openQueue({
      redisUrl: 'redis://127.0.0.1:1',
      connectionString: '',
      log: logInto([]),
      patienceMs: 500,
    });
    await expect(opening).rejects.toThrow('Redis did not answer within 0.5 s.');
  });

  test('PostgreSQL: says so', async () => {
    const opening = openQueue({
      connectionString: 'postgresql://x:y@127.0.0.1:1/x',
      log: logInto([]),
      patienceMs: 500,
    });
    await expect(opening).rejects.toThrow(/ECONNREFUSED|did not answer/);
  });
});
