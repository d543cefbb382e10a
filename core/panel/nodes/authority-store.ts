// The authority's two rows in the settings table.
import type { Database } from '#core/db/database.ts'
import type { AuthorityStore } from './authority.ts'

export declare function openAuthorityStore(database: Database): AuthorityStore
