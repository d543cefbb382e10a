/** Of the asset: the file that make.ts makes. */
export const typesKey = 'core/cli/plugin/types/stellar-plugin.d.ts.txt'
