// Everything that changes on pages by itself: topics in, server-sent events out.
export { type LiveParts, openLive } from './live/open.ts'
export { liveRoutes } from './live/routes.ts'
