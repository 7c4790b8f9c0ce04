/** Types for the readers of the Node servers, as far as the tests use them. */
declare module 'js-yaml-3' {
  const yaml: { readonly load: (text: string) => unknown };
  // eslint-disable-next-line no-restricted-exports -- the package has no other export
  export default yaml;
}
declare module 'js-yaml-4' {
  const yaml: { readonly load: (text: string) => unknown };
  // eslint-disable-next-line no-restricted-exports -- the package has no other export
  export default yaml;
}
