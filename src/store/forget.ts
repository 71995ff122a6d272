import { Client } from 'pg';

/** Empties a database of ours: tables, ledger of migrations, queue. The next start builds it anew. For the embedded server only. */
export async function forgetEverything(connectionString: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query('DROP SCHEMA IF EXISTS public, bullmq CASCADE');
    await client.query('CREATE SCHEMA public');
  } finally {
    await client.end();
  }
}
