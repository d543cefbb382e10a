// All tables, for drizzle and drizzle-kit. Roles, functions, grants and policies stand in the hand-written migrations.
export * from './access.ts'
export * from './accounts.ts'
export * from './activity.ts'
export * from './allocations.ts'
export * from './nodes.ts'
export * from './servers.ts'
export * from './settings.ts'
export * from './tokens.ts'
