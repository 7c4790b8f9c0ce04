/**
 * The way back through questions: Escape, or "back" typed, returns to the previous one. What asks them does not know of it:
 * it is run again from its start, with all earlier answers but the last. So it must not write anything.
 */
import { WentBack } from '../../core/failures.ts';
import type { Choice, Ports, Prompter } from '../../ports.ts';

/** Runs `ask`, whose prompts can be gone back to. Notes of what is repeated are shown once. Rejects as `ask` does. */
export async function withWayBack<T>(ports: Ports, ask: (ports: Ports) => Promise<T>): Promise<T> {
  let earlier: Earlier | undefined;
  for (;;) {
    const given: unknown[] = [];
    try {
      return await ask(recording(ports, given, earlier));
    } catch (error) {
      if (!(error instanceof WentBack)) throw error;
      earlier = { answers: given.slice(0, -1), takenBack: given.at(-1) };
    }
  }
}

/** The answers of the run before, and the one that is asked for again. */
interface Earlier {
  readonly answers: readonly unknown[];
  readonly takenBack: unknown;
}

/** Ports whose prompts take the earlier answers first. Each answer goes to `given`; a choice as its position, since choices are made anew. */
function recording(ports: Ports, given: unknown[], earlier: Earlier | undefined): Ports {
  let isRepeating = earlier !== undefined;
  const answer = async <T>(ask: (prompter: Prompter) => Promise<T>): Promise<T> => {
    isRepeating &&= given.length < (earlier?.answers.length ?? 0);
    const prompter = given.length === 0 ? ports.prompter : ports.prompter.withBack();
    const value = isRepeating ? (earlier?.answers[given.length] as T) : await ask(prompter);
    given.push(value);
    return value;
  };
  const pick = async <T>(
    kind: 'select' | 'search',
    message: string,
    choices: readonly Choice<T>[],
  ): Promise<T> => {
    const positions = choices.map((choice, value) => ({ ...choice, value }));
    const position = await answer((real) => real[kind](message, positions));
    const choice = choices[position];
    if (choice === undefined) throw new RangeError(`${message}: no choice ${String(position)}`);
    return choice.value;
  };
  const prompter: Prompter = {
    text: (question) => {
      const { answers, takenBack } = earlier ?? { answers: [], takenBack: undefined };
      const isAgain = given.length === answers.length && typeof takenBack === 'string';
      return answer((real) => real.text(isAgain ? { ...question, default: takenBack } : question));
    },
    secret: (question) => answer((real) => real.secret(question)),
    confirm: (message, byDefault) => answer((real) => real.confirm(message, byDefault)),
    select: (message, choices) => pick('select', message, choices),
    search: (message, choices) => pick('search', message, choices),
    withBack: () => prompter,
  };
  const { terminal } = ports;
  const note = (text: string): void => {
    if (!isRepeating) terminal.note(text);
  };
  return { ...ports, prompter, terminal: { ...terminal, note } };
}
