// Prisma's schema engine (WebAssembly) without Prisma's command line: tells what SQL leads from the migrations to schema.prisma.
// Development only: `npm run migration` and the test that folder and schema agree. Applying is src/store/migrate.ts.
const { readFileSync, readdirSync, existsSync } = require('node:fs');
const { join } = require('node:path');
const { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } = require('@prisma/driver-adapter-utils');
const { PrismaPg } = require('@prisma/adapter-pg');
const { Pool } = require('pg');

const schemaFile = join(__dirname, 'schema.prisma');
const migrationsFolder = join(__dirname, 'migrations');
const filters = { externalTables: [], externalEnums: [] };
const oid = { char: 18, text: 25 };

/**
 * The SQL that is still missing in the folder of migrations; a script that is only a comment when nothing is.
 *
 * @param {string} scratchUrl an empty database for the engine to apply the migrations in; drop it afterwards
 * @param {string} [folder] where the migrations are
 * @returns {Promise<string>}
 */
async function missingSql(scratchUrl, folder = migrationsFolder) {
  const engineClass = await loadEngine();
  const factory = bindMigrationAwareSqlAdapterFactory(scratchAdapters(scratchUrl));
  const schema = { path: schemaFile, content: readFileSync(schemaFile, 'utf8') };
  const engine = await engineClass.new({ datamodels: [[schema.path, schema.content]] }, () => {}, factory);
  try {
    const { stdout } = await engine.diff({
      from: { tag: 'migrations', ...migrationList(folder) },
      to: { tag: 'schemaDatamodel', files: [schema] },
      script: true,
      exitCode: null,
      filters,
    });
    return stdout ?? '';
  } finally {
    engine.free();
  }
}

function migrationList(folder) {
  const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : null);
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return {
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content: read(join(folder, 'migration_lock.toml')) },
    shadowDbInitScript: '',
    migrationDirectories: folders
      .map((entry) => entry.name)
      .sort()
      .map((name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: { tag: 'ok', value: readFileSync(join(folder, name, 'migration.sql'), 'utf8') },
        },
      })),
  };
}

/** Both connections of the engine go to the scratch database; three habits of adapter-pg 7.10 would break it. */
function scratchAdapters(connectionString) {
  async function connect() {
    const pool = new Pool({ connectionString, max: 1 });
    const query = pool.query.bind(pool);
    // It cannot read columns of type "char", which the engine's look at the catalogue returns: they pass as text, relabelled after.
    const charColumns = new Map();
    pool.query = async (config) => {
      const result = await query(config);
      const found = (result.fields ?? []).flatMap((field, at) => (field.dataTypeID === oid.char ? [at] : []));
      for (const at of found) result.fields[at].dataTypeID = oid.text;
      charColumns.set(config.text, found);
      return result;
    };
    const adapter = await new PrismaPg(pool).connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (asked) => {
      const result = await queryRaw(asked);
      for (const at of charColumns.get(asked.sql) ?? []) result.columnTypes[at] = ColumnTypeEnum.Character;
      return result;
    };
    // It splits scripts at every `;`, also inside a function's body.
    adapter.executeScript = async (script) => {
      await query(script);
    };
    adapter.dispose = () => pool.end();
    return adapter;
  }
  // Its own shadow database would be the real one when given a connection string.
  return { provider: 'postgres', adapterName: '@prisma/adapter-pg', connect, connectToShadowDb: connect };
}

/** The engine's module is a singleton: loaded once in a process. */
let loading;
function loadEngine() {
  loading ??= (async () => {
    const glue = require('@prisma/schema-engine-wasm/schema_engine_bg');
    const file = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/\.js$/, '.wasm');
    // Without it a panic shows as "Cannot read properties of undefined".
    globalThis.PRISMA_WASM_PANIC_REGISTRY ??= {
      set_message: (message) => process.stderr.write(`${message}\n`),
    };
    const { instance } = await WebAssembly.instantiate(readFileSync(file), { './schema_engine_bg.js': glue });
    glue.__wbg_set_wasm(instance.exports);
    instance.exports.__wbindgen_start();
    return glue.SchemaEngine;
  })();
  return loading;
}

module.exports = { missingSql };
