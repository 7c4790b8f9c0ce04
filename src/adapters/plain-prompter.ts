/**
 * Questions line by line, without colours and without redrawing: for screen readers and for terminals that cannot move
 * the cursor. Lists have numbers, and a secret is read without echo.
 */
import { createInterface } from 'node:readline';
import { printable } from '../core/text/display.ts';
import { Cancelled, WentBack } from '../core/failures.ts';
import { wrap } from '../core/text/wrap.ts';
import type { Choice, Prompter, TextQuestion } from '../ports.ts';
import { terminalSize } from './terminal.ts';

/** Where one prompt reads and writes; aborted when nobody waits for the answer any more. */
export interface PromptContext {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

/** Opens one prompt and sees to signals, the end of input and `stop`. */
export type Ask = <T>(open: (context: PromptContext) => Promise<T>, stop?: Promise<never>) => Promise<T>;

/** A longer list is shown in part, and searched by typing. */
const MOST_CHOICES = 20;

/** The `Prompter` port without any escape sequence. */
export function plainPrompter(ask: Ask, canGoBack = false): Prompter {
  const answerTo = async (
    lines: readonly string[],
    { how, isHidden = false, stop }: { how: string; isHidden?: boolean; stop?: Promise<never> | undefined },
  ): Promise<string> => {
    const answer = await ask((context) => {
      const question = lines.map((line) => `${wrapped(line)}\n`).join('');
      return (isHidden ? readHidden : readLine)(
        context,
        `${question}${how}${canGoBack ? ', or back' : ''}: `,
      );
    }, stop);
    if (canGoBack && isBack(answer)) throw new WentBack();
    return answer;
  };
  const judgedAnswer = async (
    question: TextQuestion,
    { how, isHidden }: { readonly how: string; readonly isHidden: boolean },
  ): Promise<string> => {
    const { message, help, stop, default: given } = question;
    let lines = [message, ...(help?.split('\n') ?? []).map((line) => `  ${line}`)];
    for (;;) {
      const typed = await answerTo(lines, { how, isHidden, stop });
      const answer = typed === '' && given !== undefined ? given : typed;
      const verdict = question.validate(answer);
      if (verdict === true) return answer;
      lines = [`Invalid: ${verdict}`];
    }
  };
  const pick = async <T>(message: string, choices: readonly Choice<T>[]): Promise<T> => {
    let offered = choices;
    for (let lines = [message, ...numbered(offered)]; ;) {
      const isLong = choices.length > MOST_CHOICES;
      const shown = offered.slice(0, MOST_CHOICES);
      const how = `Number from 1 to ${String(shown.length)}${isLong ? ', or text to search for' : ''} (Enter for 1)`;
      const typed = (await answerTo(lines, { how })).trim();
      const chosen = shown[typed === '' ? 0 : Number(typed) - 1];
      if (chosen !== undefined) return chosen.value;
      const found = choices.filter(({ name }) => name.toLowerCase().includes(typed.toLowerCase()));
      const isFound = isLong && Number.isNaN(Number(typed)) && found.length > 0;
      if (isFound) offered = found;
      lines = isFound ? numbered(offered) : [`Invalid: no choice ${typed}`];
    }
  };
  return {
    text: (question) => judgedAnswer(question, { how: howToAnswer(question), isHidden: false }),
    secret: (question) => judgedAnswer(question, { how: 'Answer (not shown)', isHidden: true }),
    confirm: async (message, byDefault) => {
      for (let lines = [message]; ; lines = ['Invalid: answer yes or no']) {
        const typed = await answerTo(lines, { how: `Yes or no (Enter for ${byDefault ? 'yes' : 'no'})` });
        if (typed.trim() === '') return byDefault;
        if (/^\s*(?:y|yes|n|no)\s*$/i.test(typed)) return /^\s*y/i.test(typed);
      }
    },
    select: pick,
    search: pick,
    withBack: () => plainPrompter(ask, true),
  };
}

/** Whether somebody has typed that the previous question is wanted. */
export const isBack = (answer: string): boolean => answer.trim().toLowerCase() === 'back';

function howToAnswer({ default: given }: TextQuestion): string {
  return given === undefined || given === '' ? 'Answer' : `Answer (Enter for ${printable(given)})`;
}

function numbered(choices: readonly Choice<unknown>[]): string[] {
  const lines = choices
    .slice(0, MOST_CHOICES)
    .flatMap(({ name, description }, at) => [
      `  ${String(at + 1)}. ${name}`,
      ...(description === undefined ? [] : [`     ${description}`]),
    ]);
  const more = choices.length - MOST_CHOICES;
  return more > 0 ? [...lines, `  and ${String(more)} more`] : lines;
}

function wrapped(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  return wrap(printable(line.slice(indent.length)), terminalSize().columns, indent).join('\n');
}

/** The terminal itself echoes and edits the line. */
function readLine({ input, output, signal }: PromptContext, prompt: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = createInterface({ input, output, terminal: false });
    const abort = (): void => {
      output.write('\n');
      reject(signal.reason as Error);
      reader.close();
    };
    reader.once('close', () => {
      signal.removeEventListener('abort', abort);
      reject(new Cancelled('SIGHUP'));
    });
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    else
      reader.question(prompt, (answer) => {
        resolve(answer);
        reader.close();
      });
  });
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';

/** In raw mode the terminal echoes nothing, and leaves editing to us. */
async function readHidden({ input, output, signal }: PromptContext, prompt: string): Promise<string> {
  const setRawMode = (isRaw: boolean): void => {
    if ('setRawMode' in input) (input as NodeJS.ReadStream).setRawMode(isRaw);
  };
  const cleanUp: (() => void)[] = [];
  // In this order, so that nothing is echoed that is typed as soon as the question is there.
  setRawMode(true);
  output.write(prompt);
  try {
    return await new Promise<string>((resolve, reject) => {
      let typed = '';
      const take = (key: string): void => {
        if (key === '\r' || key === '\n') resolve(typed);
        else if (key === CTRL_C) reject(new Cancelled('SIGINT'));
        else if (key === CTRL_D) reject(new Cancelled('SIGHUP'));
        else if (key === CTRL_U) typed = '';
        else if (key === '\u007f' || key === '\b') typed = typed.slice(0, -1);
        else if (key >= ' ') typed += key;
      };
      const read = (chunk: Buffer | string): void => {
        for (const key of chunk.toString()) take(key);
      };
      const abort = (): void => {
        reject(signal.reason as Error);
      };
      input.on('data', read);
      signal.addEventListener('abort', abort);
      cleanUp.push(
        () => input.off('data', read),
        () => {
          signal.removeEventListener('abort', abort);
        },
      );
      input.resume();
      if (signal.aborted) abort();
    });
  } finally {
    for (const clean of cleanUp) clean();
    setRawMode(false);
    input.pause();
    output.write('\n');
  }
}
