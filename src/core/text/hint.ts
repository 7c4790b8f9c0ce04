/** What to do next. Commands in it are data, so that the printer can add `--config FILE`. */
import { shellWord } from './display.ts';

/** A command of this program that works on the configuration file. */
export interface FileCommand {
  /** Its name: `users list`. */
  readonly command: string;
  /** What follows the name, as it would be typed. */
  readonly args: string;
}

/** Plain text, or text with commands in it. */
export type Hint = string | readonly (string | FileCommand)[];

/** A command on the configuration file, for `say`. */
export const onFile = (command: string, args = ''): FileCommand => ({ command, args });

/** A hint with commands in it: say`Fill it in: ${onFile('init')}`. */
export function say(texts: TemplateStringsArray, ...values: readonly (Hint | FileCommand)[]): Hint {
  return texts.flatMap((text, at) => [text, values[at] ?? ''].flat()).filter((part) => part !== '');
}

/** The hint as text. `config`: the file as it was named on the command line, which its commands name too; undefined for the default one. */
export function hintText(hint: Hint, config?: string): string {
  if (typeof hint === 'string') return hint;
  const file = config === undefined ? '' : ` --config ${shellWord(config)}`;
  return hint
    .map((part) =>
      typeof part === 'string'
        ? part
        : `umconfig ${part.command}${file}${part.args === '' ? '' : ` ${part.args}`}`,
    )
    .join('');
}
