import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/config';
import { wantedOf } from '../../src/config/wanted';
import { compileRules } from '../../src/domain/assignment';
import { inherit } from '../../src/domain/settings';
import { isRegistered, nodes } from '../../src/sandbox/population/nodes';
import { wallMs } from '../../src/sandbox/population/wall';

const sample = join(__dirname, '../../src/sandbox/sample.yaml');
const loaded = loadConfig({}, { read: (path) => readFileSync(path, 'utf8'), sample });
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { file } = loaded.value;
const wanted = wantedOf(file);
const assign = compileRules(
  wanted.tenants.map((tenant, id) => ({ id, path: tenant.path, rules: tenant.rules })),
  new Map(Object.entries(file.nodeGroups)),
);
const present = nodes.filter((node) => isRegistered(node, wallMs('2026-11-19 07:45:00')));

function tenantOf(node: { name: string; server: string; domain: string }): string | undefined {
  const { tenantId } = assign({ node: node.name, server: node.server, domain: node.domain });
  return tenantId === null ? undefined : wanted.tenants[tenantId]?.path;
}

describe('the sample university', () => {
  it('has twelve tenants on three levels, a channel for nearly all, and two managers’ channels', () => {
    const digests = wanted.tenants.filter(({ path }) =>
      file.channels.some(({ tenant, purpose }) => tenant === path && purpose === 'digest'),
    );

    expect(wanted.tenants).toHaveLength(12);
    expect(Math.max(...wanted.tenants.map(({ path }) => path.split('/').length))).toBe(3);
    expect(digests).toHaveLength(11);
    expect(file.channels.filter(({ purpose }) => purpose === 'manager').map(({ id }) => id)).toEqual([
      'C0SERVICE',
      '19:service@thread.tacv2',
    ]);
  });

  it('gives every machine to the department of its stories, but for one without a rule and one with two', () => {
    for (const node of present) {
      const path = tenantOf(node);
      expect(`${node.name} ${path?.split('/').at(-1) ?? ''}`).toBe(`${node.name} ${node.department}`);
    }
    const rule = (node: string) => assign({ node, server: 'SP1', domain: 'DESKTOP' }).rule;
    expect(rule('KIOSK3')).toBe('no rule matches');
    expect(rule('XRD-NMR')).toMatch(/^tie between/);
  });

  it('shows what is inherited and what is not', () => {
    function settingsOf(path: string) {
      const chain = wanted.tenants.filter((one) => path === one.path || path.startsWith(`${one.path}/`));
      return inherit(chain.map((one) => one.settings));
    }

    expect(settingsOf('UNI/ADM/FIN')).toMatchObject({ green: 'weekly', digest: '07:15', zone: 'Europe/Berlin' });
    expect(settingsOf('UNI/ADM/LIB')).toMatchObject({ green: 'line', digest: '07:30' });
    expect(settingsOf('UNI/ADM/IT').green).toBe('silent');
    expect(settingsOf('UNI/MED/CLINIC').personal).toBe(true);
    expect([settingsOf('UNI/SCI/PHYS').severeAfter, settingsOf('UNI/SCI/CHEM').severeAfter]).toEqual([4, 3]);
  });
});
