import fc from 'fast-check';
import { compileRules, type RuledTenant } from '../../src/domain/assignment';

function tenant(id: number, path: string, rules: RuledTenant['rules']): RuledTenant {
  return { id, path, rules };
}

const groups = new Map([
  ['SCANNERS', ['SCAN-A3', 'BOOKSCAN*']],
  ['EMPTY', []],
]);

function whose(tenants: RuledTenant[], node: string, server = 'SP1', domain = 'STANDARD') {
  return compileRules(tenants, groups)({ node, server, domain });
}

describe('nodes that belong to nobody', () => {
  it('are those that no rule fits', () => {
    const it = tenant(1, 'UNI/IT', {
      names: ['A'],
      patterns: ['*.IT'],
      groups: ['SCANNERS'],
      domains: ['MAIL'],
      servers: ['SP2'],
    });

    expect(whose([it], 'MYPC.CHEM')).toEqual({ tenantId: null, rule: 'no rule matches' });
    expect(whose([], 'MYPC.CHEM')).toEqual({ tenantId: null, rule: 'no rule matches' });
  });

  it('are those that equal rules of different tenants want, and the rules are named', () => {
    const tenants = [tenant(1, 'UNI/ADM/IT', { patterns: ['*.IT'] }), tenant(2, 'UNI/ADM/LIB', { patterns: ['*.it'] })];

    expect(whose(tenants, 'MYPC.IT')).toEqual({
      tenantId: null,
      rule: 'tie between pattern *.IT of UNI/ADM/IT and pattern *.it of UNI/ADM/LIB',
    });
  });

  it('are also those that a tenant and its parent want with equal right', () => {
    const tenants = [tenant(1, 'UNI', { names: ['NMR2.CHEM'] }), tenant(2, 'UNI/CHEM', { names: ['NMR2.CHEM'] })];

    expect(whose(tenants, 'NMR2.CHEM').tenantId).toBeNull();
  });

  it.each<[string, RuledTenant['rules']]>([
    ['name', { names: ['SCAN-A3'] }],
    ['pattern', { patterns: ['SCAN*'] }],
    ['group', { groups: ['SCANNERS'] }],
    ['domain', { domains: ['STANDARD'] }],
    ['server', { servers: ['SP1'] }],
  ])('a tie between rules by %s is not settled by a weaker rule', (kind, rules) => {
    const weaker = tenant(3, 'C', { servers: ['SP1'] });
    const tenants = [tenant(1, 'A', rules), tenant(2, 'B', rules), ...(kind === 'server' ? [] : [weaker])];

    const { tenantId, rule } = whose(tenants, 'SCAN-A3');

    expect(tenantId).toBeNull();
    expect(rule).toMatch(new RegExp(`^tie between ${kind} \\S+ of A and ${kind} \\S+ of B$`));
  });

  it('name at most five of the rules in one line', () => {
    const tenants = Array.from({ length: 300 }, (_, id) => tenant(id, `T${id}`, { domains: ['STANDARD'] }));

    const { rule } = whose(tenants, 'X');

    expect(rule).toMatch(/^tie between (domain STANDARD of T\d+(, | and )){5}295 more$/);
  });
});

describe('the strongest rule decides', () => {
  it.each<[string, RuledTenant['rules'], string]>([
    ['a name', { names: ['SCAN-A3'] }, 'name SCAN-A3 of STRONG'],
    ['a pattern', { patterns: ['SCAN-*'] }, 'pattern SCAN-* of STRONG'],
    ['a group', { groups: ['SCANNERS'] }, 'group SCANNERS of STRONG'],
    ['a domain', { domains: ['STANDARD'] }, 'domain STANDARD of STRONG'],
    ['a server', { servers: ['SP1'] }, 'server SP1 of STRONG'],
  ])('%s before all that come after it', (_, rules, rule) => {
    const order = ['names', 'patterns', 'groups', 'domains', 'servers'] as const;
    const every = {
      names: ['SCAN-A3'],
      patterns: ['SCAN-A*'],
      groups: ['SCANNERS'],
      domains: ['STANDARD'],
      servers: ['SP1'],
    };
    const at = order.findIndex((kind) => kind in rules);
    const weaker = order
      .slice(at + 1)
      .map((kind, index) => tenant(100 + index, `WEAK${index}`, { [kind]: every[kind] }));

    expect(whose([...weaker, tenant(1, 'STRONG', rules)], 'SCAN-A3')).toEqual({ tenantId: 1, rule });
  });

  it('among patterns: the one with most literal letters, wherever they stand', () => {
    const tenants = [
      tenant(1, 'A', { patterns: ['*.IT'] }),
      tenant(2, 'B', { patterns: ['*.LAB.IT'] }),
      tenant(3, 'C', { patterns: ['NMR*.LAB.IT'] }),
      tenant(4, 'D', { patterns: ['*X?Z*'] }),
    ];

    expect(whose(tenants, 'PC.IT').tenantId).toBe(1);
    expect(whose(tenants, 'PC.LAB.IT').tenantId).toBe(2);
    expect(whose(tenants, 'NMR2.LAB.IT').tenantId).toBe(3);
    expect(whose(tenants, 'AXYZB').tenantId).toBe(4);
    expect(whose(tenants, 'LAB.IT').tenantId).toBe(1);
  });

  it('several rules of one tenant are no tie', () => {
    expect(whose([tenant(1, 'A', { patterns: ['*.IT', 'PC*'] })], 'PC.IT').tenantId).toBe(1);
  });

  it('letter case does not matter', () => {
    const tenants = [tenant(1, 'A', { names: ['Nmr2.chem'] }), tenant(2, 'B', { domains: ['mail'] })];

    expect(whose(tenants, 'NMR2.CHEM').tenantId).toBe(1);
    expect(whose(tenants, 'x', 'SP1', 'Mail').tenantId).toBe(2);
  });

  it('a group holds names and globs; an empty or unknown one holds nothing', () => {
    const tenants = [tenant(1, 'LIB', { groups: ['SCANNERS'] }), tenant(2, 'X', { groups: ['EMPTY', 'NONE'] })];

    expect(whose(tenants, 'bookscan9').tenantId).toBe(1);
    expect(whose(tenants, 'SCAN-A4').tenantId).toBeNull();
  });
});

/** The same rules, tried one by one. */
function plainly(
  tenants: readonly RuledTenant[],
  node: { node: string; server: string; domain: string },
): number | null {
  const same = (a: string) => (b: string) => a.toUpperCase() === b.toUpperCase();
  const fits = (text: string) => {
    const source = text
      .replace(/[.$+&-]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${source}$`, 'is').test(node.node);
  };
  const literal = (text: string) => text.replace(/[*?]/g, '').length;
  const most = Math.max(0, ...tenants.flatMap((one) => (one.rules.patterns ?? []).filter(fits).map(literal)));
  const classes = [
    tenants.filter((one) => one.rules.names?.some(same(node.node))),
    tenants.filter((one) => one.rules.patterns?.some((text) => fits(text) && literal(text) === most)),
    tenants.filter((one) => one.rules.groups?.some((group) => groups.get(group)?.some(fits))),
    tenants.filter((one) => one.rules.domains?.some(same(node.domain))),
    tenants.filter((one) => one.rules.servers?.some(same(node.server))),
  ];
  const deciding = classes.find((claimants) => claimants.length > 0) ?? [];
  return deciding.length === 1 ? (deciding[0]?.id ?? null) : null;
}

const letters = (min: number, max: number, extra = '') =>
  fc.string({ unit: fc.constantFrom(...`AB.${extra}`), minLength: min, maxLength: max });
const glob = letters(2, 7, '*?').filter((text) => /[*?]/.test(text));
const rules = fc.record(
  {
    names: fc.array(letters(1, 5), { maxLength: 2 }),
    patterns: fc.array(glob, { maxLength: 4 }),
    groups: fc.subarray(['SCANNERS', 'EMPTY']),
    domains: fc.subarray(['D1', 'D2']),
    servers: fc.subarray(['SP1', 'SP2']),
  },
  { requiredKeys: [] },
);
const anyTenants = fc
  .array(rules, { maxLength: 6 })
  .map((list) => list.map((one, index) => tenant(index + 1, `T${index + 1}`, one)));
const anyNode = fc.record({
  node: fc.oneof(letters(1, 8, 'b'), fc.constantFrom('SCAN-A3', 'BOOKSCAN1')),
  domain: fc.constantFrom('D1', 'd2', 'D3'),
  server: fc.constantFrom('SP1', 'sp2', 'SP3'),
});

describe('for any rules and nodes', () => {
  it('the answer is that of trying every rule', () => {
    fc.assert(
      fc.property(anyTenants, anyNode, (tenants, node) => {
        expect(compileRules(tenants, groups)(node).tenantId).toBe(plainly(tenants, node));
      }),
      { numRuns: 2000 },
    );
  });

  it('the order of the tenants changes nothing', () => {
    fc.assert(
      fc.property(anyTenants, anyNode, (tenants, node) => {
        const forwards = compileRules(tenants, groups)(node);
        const backwards = compileRules([...tenants].reverse(), groups)(node);

        expect(backwards.tenantId).toBe(forwards.tenantId);
        if (forwards.tenantId === null) expect(backwards.rule).toBe(forwards.rule);
      }),
    );
  });
});

it('gives 100,000 nodes to 1,000 tenants with every form of glob', () => {
  const tenants = Array.from({ length: 1000 }, (_, index) => {
    const dept = `D${String(index).padStart(4, '0')}`;
    return tenant(index, dept, {
      patterns: [`*.${dept}`, `${dept}-*.LAB`, `*${dept}*`, `${dept}?-*-??`],
      names: [`ONLY.${dept}.X`],
    });
  });
  const assign = compileRules(tenants, groups);
  const got = new Map<number | null, number>();

  for (let index = 0; index < 100_000; index += 1) {
    const dept = `D${String(index % 1000).padStart(4, '0')}`;
    const forms = [
      `PC${index}.${dept}`,
      `${dept}-${index}.LAB`,
      `X${dept}${index}`,
      `${dept}A-${index}-ZZ`,
      `ONLY.${dept}.X`,
    ];
    const node = forms[Math.floor(index / 1000) % forms.length] ?? '';
    const { tenantId } = assign({ node, server: 'SP1', domain: 'STANDARD' });
    got.set(tenantId, (got.get(tenantId) ?? 0) + 1);
  }

  expect(got.size).toBe(1000);
  expect([...got.values()].every((count) => count === 100)).toBe(true);
});
