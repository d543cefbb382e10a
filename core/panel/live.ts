// Everything that changes on pages by itself: topics in, server-sent events out.
export { openLive } from './live/open.ts'
export { liveRoutes } from './live/routes.ts'
