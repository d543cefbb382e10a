/** Where the single executable carries the types of the SDK; made by sdk-types.ts when it is built. */
export const typesKey = 'types/stellar-plugin.d.ts'
