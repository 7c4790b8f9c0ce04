/** Email addresses: what is wrong with one, and whether two spellings are one address. */

/** What is wrong with an email address, as a clause; undefined where Cognito is likely to accept it. Cognito decides. */
export function emailFault(text: string): string | undefined {
  const [local = '', domain, ...rest] = text.split('@');
  if (text === '') return 'the email address is missing';
  if (domain === undefined) return 'missing @';
  if (rest.length > 0) return 'more than one @';
  if (/\s/u.test(text)) return 'contains a space';
  // UsernameType of the service model: letters, marks, symbols, numbers and punctuation, up to 128.
  if (!/^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u.test(text)) return 'contains invisible characters';
  if (text.length > 128) return 'longer than 128 characters, the limit of Cognito';
  if (local === '') return 'nothing before the @';
  if (/["(),:;<>[\]\\]/.test(text)) return 'contains a character that is not allowed in an email address';
  if (/^\.|\.\.|\.$/.test(local))
    return 'a dot at the start or end of the part before the @, or two in a row';
  const labels = domain.split('.');
  const isHost =
    labels.length > 1 &&
    labels.every((label) => /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u.test(label));
  return isHost ? undefined : 'the part after the @ is not a domain name';
}

/** The form that all spellings of an address share: Unicode composed, lower case, the domain in ASCII (IDNA). */
export function addressKey(text: string): string {
  const key = text.normalize('NFKC').toLowerCase();
  const at = key.lastIndexOf('@') + 1;
  return at === 0 ? key : key.slice(0, at) + asciiDomain(key.slice(at));
}

/** The same domain as DNS has it: `müller.de` is `xn--mller-kva.de`. */
function asciiDomain(domain: string): string {
  const isAscii = /^[\u0021-\u007e]*$/.test(domain);
  return isAscii || !URL.canParse(`http://${domain}`) ? domain : new URL(`http://${domain}`).hostname;
}

/**
 * Other spellings under which a pool may have the address: Cognito compares letter by letter. `unicodeDomain` turns
 * `xn--` labels into what people read. Empty for most addresses.
 */
export function otherSpellings(text: string, unicodeDomain: (domain: string) => string): readonly string[] {
  const lower = text.toLowerCase();
  const at = lower.lastIndexOf('@') + 1;
  const domain = lower.slice(at);
  const found = ['NFC', 'NFD', 'NFKC'].flatMap((form) =>
    [domain, asciiDomain(domain), unicodeDomain(domain)].map((one) =>
      `${lower.slice(0, at)}${one}`.normalize(form),
    ),
  );
  return [...new Set(found)].filter((one) => one !== lower && one !== text);
}
