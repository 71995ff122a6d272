const transform = {
  '\\.[jt]s$': [
    '@swc/jest',
    { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' }, sourceMaps: 'inline' },
  ],
};
const common = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform,
  transformIgnorePatterns: ['/node_modules/(?!@prisma/schema-engine-wasm/)'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.backchat/'],
};

// `unit` needs nothing but the code; `live` gets one throw-away PostgreSQL cluster for the whole run.
module.exports = {
  maxWorkers: 2,
  // No test measures time: the five seconds of old are for machines with nothing else to do.
  testTimeout: 60_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/{config,domain,protect,chat,house}/**/*.test.ts'],
    },
    {
      ...common,
      displayName: 'live',
      testMatch: ['<rootDir>/test/{store,queue,jobs,handlers,web,sandbox,e2e}/**/*.test.ts'],
      globalSetup: '<rootDir>/test/cluster-setup.ts',
      globalTeardown: '<rootDir>/test/cluster-teardown.ts',
    },
  ],
};
