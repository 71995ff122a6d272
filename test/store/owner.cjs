// A bot in a process of its own, for tests that kill it: starts the embedded server of the folder given and says where it is.
// Arguments: the clone whose sources are run, the folder. Sources are compiled as they are required, so no build is needed.
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

const [, , clone, folder] = process.argv;
const module_ = { type: 'commonjs' };
require.extensions['.ts'] = (module, file) => {
  const options = { filename: file, jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: module_ };
  module._compile(transformSync(readFileSync(file, 'utf8'), options).code, file);
};
const { startEmbedded } = createRequire(join(clone, 'package.json'))('./src/store/embedded.ts');

const lines = [];
startEmbedded({ folder, log: (line) => lines.push(line) }).then(
  ({ connectionString, reused, stop }) => {
    process.send({ connectionString, reused, lines });
    process.on('message', () => stop().then(() => process.exit(0)));
  },
  (error) => {
    process.send({ error: error.message, lines });
    process.exit(1);
  },
);
