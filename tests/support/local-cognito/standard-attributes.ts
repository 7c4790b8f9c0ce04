/** The attributes of every user pool, which API clients expect in its description. */

type Attribute = Readonly<Record<string, unknown>>;

const STANDARD: readonly (readonly [type: string, names: readonly string[]])[] = [
  [
    'String',
    [
      'sub',
      'name',
      'given_name',
      'family_name',
      'middle_name',
      'nickname',
      'preferred_username',
      'profile',
      'picture',
      'website',
      'email',
      'gender',
      'birthdate',
      'zoneinfo',
      'locale',
      'phone_number',
      'address',
    ],
  ],
  ['Boolean', ['email_verified', 'phone_number_verified']],
  ['Number', ['updated_at']],
];

/** The attributes of a pool: the standard ones, modified and extended by `schema`. */
export function schemaAttributes(schema: readonly Attribute[] = []): readonly Attribute[] {
  const standard = STANDARD.flatMap(([AttributeDataType, names]) =>
    names.map((Name) => ({
      Name,
      AttributeDataType,
      DeveloperOnlyAttribute: false,
      Mutable: Name !== 'sub',
      Required: Name === 'sub',
    })),
  );
  const isStandard = (attribute: Attribute): boolean =>
    standard.some(({ Name }) => Name === attribute['Name']);
  return [
    ...standard.map((attribute) => ({
      ...attribute,
      ...schema.find((changed) => changed['Name'] === attribute.Name),
    })),
    ...schema
      .filter((attribute) => !isStandard(attribute))
      .map((attribute) => ({ ...attribute, Name: `custom:${String(attribute['Name'])}` })),
  ];
}
