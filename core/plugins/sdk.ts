// What `stellar/plugin` exports: all that a plugin may use of the core. Nothing else is public.
export { z } from 'zod'
export { messageOf, PublicError, type PublicErrorOptions } from '#core/base/errors.ts'
export type { Fields, Log } from '#core/base/log.ts'
export type { ConfigFile, LinePattern, PortDefinition, Variable } from '#core/domain/blueprint.ts'
export type { PortBinding } from '#core/domain/plan.ts'
export { formatBytes, formatMemory, gibibytes, mebibytes, memoryWithOverhead } from '#core/domain/resources.ts'
export type * from './contributions.ts'
export { defineBlueprint } from './define-blueprint.ts'
export { defineConfig, type StellarConfig } from './define-config.ts'
export {
  type DebianInstall,
  debianImage,
  debianInstall,
  type InstallInput,
  type SteamInstall,
  steamInstall,
} from './install-scripts.ts'
export {
  type AskApi,
  type OAuth2Credentials,
  type OAuth2Endpoints,
  type OAuth2Service,
  oauth2Credentials,
  oauth2Kind,
  oauth2Provider,
  type ProviderName,
} from './oauth2.ts'
export { definePlugin, type Host, type Plugin, type PluginDefinition } from './plugin.ts'
export { sdkVersion } from './sdk-version.ts'
