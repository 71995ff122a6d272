import { rmSync } from 'node:fs';
import type { Cluster } from './cluster-setup';

export default async function teardown(): Promise<void> {
  const { backchatCluster } = globalThis as { backchatCluster?: Cluster };
  if (!backchatCluster) return;
  await backchatCluster.server.stop();
  rmSync(backchatCluster.folder, { recursive: true, force: true });
}
