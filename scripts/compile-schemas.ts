/**
 * Compiles the JSON Schemas into src/core/config/compiled-schema.js. Compiling them at start would take longer than the rest of `validate`.
 * Ajv's runtime is bundled in, because the compiled code still requires it.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import standaloneModule from 'ajv/dist/standalone/index.js';
import { build, type Metafile, type Plugin } from 'esbuild';
import { schemaOf, type JsonSchema } from '../src/core/config/schema.ts';

const TARGET = new URL('../src/core/config/compiled-schema.js', import.meta.url);

const HEADER = '/* Written by scripts/compile-schemas.ts from FIELDS. Do not edit. */\n';

/** Ajv counts characters by iterating over the text. Testing for empty text is faster, and no schema asks for more. */
const plainLength: Plugin = {
  name: 'plain-length',
  setup: (bundle) => {
    bundle.onLoad({ filter: /\/ajv\/dist\/runtime\/ucs2length\.js$/ }, () => ({
      contents: 'exports.default = (text) => text.length;',
    }));
  },
};

function assertPlainLengths(schema: JsonSchema): void {
  JSON.stringify(schema, (name, value: unknown) => {
    if (name === 'maxLength' || (name === 'minLength' && value !== 1))
      throw new Error(`${name} ${String(value)}: only minLength 1 is supported`);
    return value;
  });
}

/** Writes the validators of both layouts as one module without imports, and returns its inputs. */
export async function compileSchemas(): Promise<Metafile> {
  const ajv = new Ajv({
    strict: true,
    strictRequired: true,
    allErrors: true,
    ownProperties: true,
    // The rules have their own messages.
    messages: false,
    code: { source: true, esm: true, lines: true },
  });
  for (const layout of ['flat', 'nested'] as const) {
    const schema = schemaOf(layout);
    assertPlainLengths(schema);
    ajv.addSchema(withoutProse(schema), layout);
  }
  const standalone = standaloneModule.default;
  const source = standalone(ajv, { validateFlat: 'flat', validateNested: 'nested' });
  const bundled = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: 'js' },
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    // File names become part of the output.
    preserveSymlinks: true,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['main'],
    metafile: true,
    write: false,
    plugins: [plainLength],
  });
  const [output] = bundled.outputFiles;
  if (output === undefined) throw new Error('esbuild wrote nothing');
  await writeFile(TARGET, `${HEADER}${output.text}`);
  return bundled.metafile;
}

/** Removes text for readers and editors: it would end up in the output and be loaded at every start. */
function withoutProse(schema: JsonSchema): JsonSchema {
  const prose = new Set(['$id', 'title', 'description', 'examples']);
  return JSON.parse(
    JSON.stringify(schema, (name, value: unknown) =>
      prose.has(name) && (typeof value === 'string' || Array.isArray(value)) ? undefined : value,
    ),
  ) as JsonSchema;
}
