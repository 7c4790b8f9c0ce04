/** Commands that a hint suggests, made such that they work on the file at hand: rules know of no command line. */
import { shellWord } from '../text/display.ts';
import type { Finding } from './finding.ts';

/** The commands that work on a configuration file; one that names its file already stays as it is. */
const ON_A_FILE =
  /\bumconfig (?:init|discover|validate|doctor|login|provision|users [a-z]+)\b(?! --config\b)/g;

/** A hint whose commands name the file. `config`: the path as it was typed; undefined for the default file. */
export function withConfig(hint: string, config: string | undefined): string {
  if (config === undefined) return hint;
  return hint.replace(ON_A_FILE, (command) => `${command} --config ${shellWord(config)}`);
}

/** Findings whose hints will be so completed. */
export function forConfig(findings: readonly Finding[], config: string | undefined): readonly Finding[] {
  return config === undefined ? findings : findings.map((finding) => ({ ...finding, config }));
}
