import { createPostgresBackend, withBackend } from 'bullmq';
import { type Engine, type OnError, type OnFailed, queueName, takeOver } from './engine';

const Postgres = withBackend(createPostgresBackend);

/** Connections of a queue and of a worker each, beside one that listens. */
const connections = 3;

export function postgresqlEngine(connectionString: string, onError: OnError, onFailed: OnFailed): Engine {
  // Only in a configuration object are the schema and the migration heeded, not beside a URL or a pool.
  const connection = { connectionString, schema: 'bullmq', migrate: true, max: connections };
  const queue = new Postgres.Queue(queueName, { connection });
  queue.on('error', onError);
  return {
    name: 'postgresql',
    queue,
    work: (process, concurrency) => {
      const worker = new Postgres.Worker(queueName, (job) => process(job.data), {
        connection,
        concurrency,
        ...takeOver,
      });
      worker.on('error', onError);
      worker.on('failed', (job, error) => onFailed(job?.id, error));
      return worker;
    },
    disconnect: async () => {},
  };
}
