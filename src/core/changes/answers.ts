/**
 * What an admin answers, typed or as a flag: cleaned as a paste, completed by what follows from it, and checked by the
 * rules as a part of the file. There is no second set of checks for answers.
 */
import type { ConfigDocument } from '../yaml/types.ts';
import {
  askedFields,
  FIELDS,
  fieldNamed,
  keyOf,
  type FieldName,
  type FieldRow,
  type Key,
} from '../config/fields.ts';
import type { Finding, Prose } from '../rules/finding.ts';
import type { Layout } from '../config/layouts.ts';
import { planEdits } from './plan.ts';
import { completeSettings, isCustomTokenUrl, readSettings, type Settings } from '../config/settings.ts';
import { proseOf } from '../rules/index.ts';
import { hostedUiHost, parseHostedUiHost, parseUrl, regionOfPool } from '../config/endpoints.ts';
import { repair, validateDocument } from '../rules/validate.ts';
import { EditError } from '../yaml/splices.ts';

/** The file that the answers go into. */
export interface AnswerTarget {
  readonly document: ConfigDocument;
  readonly layout: Layout;
  /** What a new file is made from; undefined for an existing one. */
  readonly base: string | undefined;
}

/** The answer without what came along with the paste. */
export function cleanAnswer(name: FieldName, layout: Layout, pasted: string): string {
  return (keyOf(name, layout)?.clean ?? ((text: string) => text))(pasted);
}

/** The values that the file holds already, as defaults. A token URL that is wrong is left out: it follows from the rest. */
export function startingAnswers({ document, layout, base }: AnswerTarget): Settings {
  const found = readSettings(repair(document, { layout }).document, layout);
  const isWrong = errorAt(document, layout, keyOf('awsTokenURL', layout)?.path) !== undefined;
  const { awsTokenURL, ...rest } = found;
  const settings = awsTokenURL === undefined || isWrong ? rest : found;
  return base === undefined ? settings : { ...settings, userManagement: 'on' };
}

/** Whether a file holds any Cognito value yet. */
export function hasCognitoValues(settings: Settings): boolean {
  return FIELDS.some(({ name, marksFilledIn }) => marksFilledIn === true && (settings[name] ?? '') !== '');
}

/** The answers with all that follows from them. A token URL stays only where it is one of the customer's own. */
export function completeAnswers(answers: Settings, layout: Layout): Settings {
  const { awsTokenURL, ...rest } = answers;
  const isOwn = awsTokenURL !== undefined && isCustomTokenUrl(answers);
  const kept = { ...(isOwn ? answers : rest), ...movedDomain(answers) };
  const { awsJwkUrl, ...completed } = completeSettings(kept, layout);
  // A file with login off needs no Cognito key at all.
  const isTemplateWanted = answers.awsJwkUrl !== undefined || (answers.userPoolID ?? '') !== '';
  return isTemplateWanted && awsJwkUrl !== undefined ? { ...completed, awsJwkUrl } : completed;
}

/** A Cognito domain is always in its pool's region, so the host follows when the pool moves. */
function movedDomain({ domainName = '', userPoolID = '' }: Settings): Settings {
  const host = parseHostedUiHost(domainName);
  const region = regionOfPool(userPoolID);
  if (host === undefined || region === undefined || host.region === region) return {};
  return { domainName: hostedUiHost(host.prefix, region) };
}

/** The questions that login needs an answer to and that have none. */
export function missingAnswers(settings: Settings, layout: Layout): readonly FieldRow[] {
  if (settings.userManagement === 'off') return [];
  return askedFields(layout)
    .filter(({ field, key }) => key.required === 'login' && (settings[field.name] ?? '') === '')
    .map(({ field }) => field);
}

export interface Judgement {
  /** The answer as it would be written. */
  readonly value: string;
  readonly error: Prose | undefined;
  readonly warning: Prose | undefined;
}

/** Puts an answer and the others into the file, with login on, and returns the findings about its key. */
export function judgeAnswer(
  { document, layout }: AnswerTarget,
  answers: Settings,
  name: FieldName,
  pasted: string,
): Judgement {
  const value = cleanAnswer(name, layout, pasted);
  const settings = withAnswer({ ...answers, userManagement: 'on' }, layout, name, value);
  const path = keyOf(name, layout)?.path;
  try {
    const { after } = planEdits(document, layout, settings);
    const { findings: all } = validateDocument(after, { layout, isBeingFilledIn: true });
    const findings = all.filter((finding) => finding.path === path);
    const proseAt = (severity: Finding['severity']): Prose | undefined => {
      const found = findings.find((finding) => finding.severity === severity);
      return found === undefined ? undefined : proseOf(found);
    };
    return { value: settings[name] ?? value, error: proseAt('error'), warning: proseAt('warning') };
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    return {
      value,
      error: { message: error.message, hint: 'Edit the file in a text editor.' },
      warning: undefined,
    };
  }
}

/** The completed answers with one of them as it was given, although it may contradict the others. */
export function withAnswer(answers: Settings, layout: Layout, name: FieldName, value: string): Settings {
  const completed = completeAnswers({ ...answers, [name]: value }, layout);
  return fieldNamed(name).derived === true ? { ...completed, [name]: value } : completed;
}

/** An example that fits the file: URLs on the server's own port. */
export function exampleFor(key: Key, { document, layout }: AnswerTarget): string | undefined {
  const [example] = key.examples;
  const { port = '8686' } = readSettings(document, layout);
  return example === undefined ? undefined : String(example).replace(':8686/', `:${port}/`);
}

/** The answer to suggest where there is none yet: the callback and sign-out URL are on one host, localhost unless the other names it. */
export function suggestedAnswer(
  key: Key,
  name: FieldName,
  answers: Settings,
  target: AnswerTarget,
): string | undefined {
  if (name !== 'redirectUri' && name !== 'logOutUri') return undefined;
  const local = exampleFor(key, target);
  const origin = parseUrl(answers[name === 'logOutUri' ? 'redirectUri' : 'logOutUri'] ?? '')?.origin;
  const path = parseUrl(local ?? '')?.pathname;
  return origin === undefined || path === undefined ? local : `${origin}${path}`;
}

function errorAt(document: ConfigDocument, layout: Layout, path: string | undefined): Finding | undefined {
  return validateDocument(document, { layout }).findings.find(
    (finding) => finding.severity === 'error' && finding.path === path,
  );
}
