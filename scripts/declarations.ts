/**
 * Writes the library's type declarations into dist/: those of src/library.ts and the types that it uses. The compiler keeps `.ts` in the
 * import specifiers of declarations, which a consumer's compiler rejects, so this script rewrites them.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const RELATIVE = /((?:from |import\()['"])(\.[^'"]*)\.ts(['"])/g;

/** Writes `<directory>/library.d.ts` and the files it imports. Throws if the sources do not compile. */
export async function writeDeclarations(directory: string): Promise<void> {
  const emitted = emit();
  const reached = new Set<string>();
  const walk = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    const text = emitted.get(name);
    if (text === undefined) throw new Error(`the declarations refer to ${name}, which was not written`);
    for (const [, , specifier = ''] of text.matchAll(RELATIVE)) {
      walk(join(dirname(name), `${specifier}.d.ts`));
    }
  };
  walk('library.d.ts');
  for (const name of reached) {
    const file = join(directory, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, (emitted.get(name) ?? '').replace(RELATIVE, '$1$2.js$3'));
  }
}

/** The declarations by path under src. */
function emit(): ReadonlyMap<string, string> {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: Record<string, unknown> };
  };
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...config.compilerOptions, noEmit: false, declaration: true, emitDeclarationOnly: true },
    root,
  );
  const program = ts.createProgram([join(root, 'src/library.ts')], options);
  const emitted = new Map<string, string>();
  const { diagnostics } = program.emit(undefined, (file, text) => {
    emitted.set(relative(join(root, 'src'), file), text);
  });
  const [fault] = [...diagnostics, ...program.getSyntacticDiagnostics()];
  if (fault !== undefined) throw new Error(ts.flattenDiagnosticMessageText(fault.messageText, '\n'));
  return emitted;
}
