/** Random settings as in real accounts, and secrets that must never be shown. */
import fc from 'fast-check';
import { completeSettings, type Settings } from '../../src/core/config/settings.ts';

const region = fc.constantFrom('us-west-2', 'eu-central-1', 'ap-southeast-1', 'me-central-1', 'il-central-1');
const id = fc.stringMatching(/^[0-9A-Za-z]{9}$/).filter((text) => !/^(.)\1+$|example|x{5}/i.test(text));
const prefix = fc
  .stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,20}[a-z0-9])?$/)
  .filter(
    (text) =>
      !/aws|amazon|cognito|example|^(?:todo|tbd|fixme|placeholder)$|^x+$|your-|change|replace/.test(text),
  );
const clientId = fc.stringMatching(/^[0-9][0-9a-z]{25}$/).filter((text) => !/example|(.)\1{5}/.test(text));

/** A secret as Cognito generates it. */
export const cognitoSecret = fc.stringMatching(/^[0-9a-z]{51,52}$/);

/** A secret of any shape that a program may have to handle, including quotes, colons, `#` and non-ASCII characters. */
export const anySecret = fc.oneof(
  cognitoSecret,
  fc.stringMatching(/^[A-Za-z0-9_+]{24,64}$/),
  fc.stringMatching(/^[!-~]{24,64}$/),
);

/** Complete settings of a layout, with login on. */
export function settingsFor(layout: 'flat' | 'nested'): fc.Arbitrary<Settings> {
  const path = layout === 'flat' ? '/auth' : '/callback';
  return fc
    .record({
      region,
      id,
      prefix,
      clientId,
      secret: fc.oneof(cognitoSecret, fc.stringMatching(/^[\w+]{24,64}$/)),
    })
    .filter(({ clientId: client, secret }) => client !== secret && !/example|^x|^(.)\1/i.test(secret))
    .map((drawn) =>
      completeSettings(
        {
          userManagement: 'on',
          userPoolID: `${drawn.region}_${drawn.id}`,
          domainName: drawn.prefix,
          clientId: drawn.clientId,
          redirectUri: `https://labels.${drawn.prefix}.test${path}`,
          ...(layout === 'flat'
            ? { clientSecret: drawn.secret, logOutUri: `https://labels.${drawn.prefix}.test/` }
            : {}),
        },
        layout,
      ),
    );
}
