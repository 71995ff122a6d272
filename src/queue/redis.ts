import { Queue, Worker } from 'bullmq';
import Redis from 'ioredis';
import { type Engine, type OnError, type OnFailed, queueName, takeOver } from './engine';

export function redisEngine(url: string, onError: OnError, onFailed: OnFailed): Engine {
  // BullMQ blocks on this connection for as long as there is no work: null keeps ioredis from giving up.
  // ioredis keeps the process alive for the whole time that it allows a closed socket to end.
  const connection = new Redis(url, { maxRetriesPerRequest: null, disconnectTimeout: 300 });
  connection.on('error', onError);
  const queue = new Queue(queueName, { connection });
  queue.on('error', onError);
  return {
    name: 'redis',
    queue,
    work: (process, concurrency) => {
      const worker = new Worker(queueName, (job) => process(job.data), { connection, concurrency, ...takeOver });
      worker.on('error', onError);
      worker.on('failed', (job, error) => onFailed(job?.id, error));
      return worker;
    },
    disconnect: async () => {
      connection.disconnect();
    },
  };
}
