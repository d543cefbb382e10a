// The kinds of thing a plugin can contribute, and the events it may hear. Everything here is public through
// `stellar/plugin`; a change here is a change of the SDK.
export type { Blueprint, BlueprintInput } from '#core/domain/blueprint.ts'
export type { RunSpec } from '#core/domain/plan.ts'
export type { ObservedState } from '#core/domain/server.ts'
export type * from './named.ts'
export type * from './node-contributions.ts'
export type * from './panel-contributions.ts'
